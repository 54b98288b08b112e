#include "suite/core/gate.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "suite/core/statistics.h"

namespace eif {
namespace {

bool is_about(const GateRule& rule, const std::string& desideratum,
              const std::string& expectation) {
  return (rule.desideratum.empty() || rule.desideratum == desideratum) &&
         (rule.expectation.empty() || rule.expectation == expectation);
}

void leave_out_what_is_not_judged(const Gate& gate, RunComparison& comparison) {
  std::erase_if(comparison.desiderata, [&](const ComparedDesideratum& one) {
    const auto named = std::find(gate.desiderata.begin(), gate.desiderata.end(), one.id);
    return !one.is_finding || (!gate.desiderata.empty() && named == gate.desiderata.end());
  });
}

// ---- All together ------------------------------------------------------------------------------

bool is_test(const ComparedExpectation& one) {
  return one.primary && one.change.change != Change::kNotMeasured &&
         one.change.change != Change::kDecidedByRegime;
}

bool asks_about_gains(const GateRule& rule) { return *rule.better != GateLevel::kPass; }

// How many expectations are judged, and by how many tests: one, and where a gain matters two.
struct Family {
  size_t expectations = 0, tests = 0;
};

// The primary expectations of all desiderata that were measured. What the regime decides is no test.
Family judge_together(const Gate& gate, RunComparison& comparison) {
  struct Test {
    EffectChange* change;
    bool is_of_gain;
  };
  std::vector<Test> tests;
  std::vector<double> p;
  Family family;
  for (ComparedDesideratum& desideratum : comparison.desiderata) {
    for (ComparedExpectation& one : desideratum.expectations) {
      if (!is_test(one)) continue;
      ++family.expectations;
      one.change.level = kSignificance / gate.looks;
      tests.push_back({&one.change, false});
      p.push_back(one.change.p_worse);
      if (!asks_about_gains(rule_for(gate, desideratum.id, one.id))) continue;
      tests.push_back({&one.change, true});
      p.push_back(one.change.p_better);
    }
  }
  family.tests = tests.size();
  const std::vector<double> adjusted = holm(p);
  for (size_t i = 0; i < tests.size(); ++i) {
    EffectChange& change = *tests[i].change;
    (tests[i].is_of_gain ? change.p_better_adjusted : change.p_worse_adjusted) = adjusted[i];
  }
  for (const Test& test : tests) test.change->change = judged(*test.change);
  return family;
}

// More tests take more seeds before any of them can show a thing.
void note_too_few_seeds(const Gate& gate, const Family& family, RunComparison& comparison) {
  const int fewest = fewest_seeds_for_change(family.tests, kSignificance / gate.looks);
  for (ComparedDesideratum& one : comparison.desiderata) {
    if (one.obstacle != Obstacle::kNone || !std::cmp_less(one.seeds, fewest)) continue;
    one.obstacle = Obstacle::kTooFewSeeds;
    one.why = absl::StrFormat(
        "%d %s too few to show any change among the %d expectations of the gate%s; it takes %d, or "
        "a gate of fewer desiderata",
        one.seeds, one.seeds == 1 ? "seed is" : "seeds are", family.expectations,
        gate.looks > 1 ? absl::StrCat(", judged up to ", gate.looks, " times") : "", fewest);
  }
}

// ---- Findings ----------------------------------------------------------------------------------

bool is_clear(const EffectChange& change, const GateRule& rule) {
  return change.change == Change::kWorse || change.change == Change::kBetter ||
         (is_no_worse(change) && (!asks_about_gains(rule) || is_no_better(change)));
}

std::string unclear_text(const EffectChange& change, const GateRule& rule, size_t tests) {
  std::string why;
  if (!is_no_worse(change)) {
    why = absl::StrFormat("may have lost up to %.3f, and the margin is %g", -change.interval.low,
                          change.margin);
    if (change.interval.low >= -change.margin) {
      why = absl::StrFormat("is not shown to have lost no more than the margin of %g (p %.3f)",
                            change.margin, change.p_no_worse);
    }
  } else {
    why = absl::StrFormat("may have gained up to %.3f, and is to be equivalent within %g",
                          change.interval.high, change.margin);
  }
  const double shown = smallest_loss_shown(change.per_seed, change.margin, tests, change.level);
  if (std::isfinite(shown)) {
    absl::StrAppendFormat(&why, "; %d seeds show a %s of %.3f in four of five runs",
                          change.per_seed.size(), asks_about_gains(rule) ? "change" : "loss", shown);
  }
  return why;
}

// Passes where it is shown to be no worse.
GateFinding finding_of(const ComparedExpectation& one, const GateRule& rule, size_t tests) {
  const EffectChange& change = one.change;
  const std::string interval = interval_text(change.interval);
  if (change.change == Change::kWorse) {
    return {.level = *rule.worse,
            .why = absl::StrFormat("lost %.3f %s, more than the margin of %g", -change.difference,
                                   interval, change.margin)};
  }
  if (change.change == Change::kBetter) {
    return {.level = *rule.better,
            .why = absl::StrFormat("gained %.3f %s, more than the margin of %g", change.difference,
                                   interval, change.margin)};
  }
  if (is_clear(change, rule)) return {.level = GateLevel::kPass};
  return {.level = *rule.unclear, .why = unclear_text(change, rule, tests)};
}

bool is_as_required(const ComparedDesideratum& one, const GateRule& rule) {
  return *rule.verdict == RequiredVerdict::kNone || one.after == Verdict::kHolds ||
         (*rule.verdict == RequiredVerdict::kNotViolated && one.after != Verdict::kViolated);
}

// Of the desideratum as a whole.
GateFinding finding_of(const ComparedDesideratum& one, const GateRule& rule) {
  if (one.before == Verdict::kHolds && one.after == Verdict::kViolated) {
    return {.level = *rule.worse, .why = "held, and is violated now"};
  }
  if (is_as_required(one, rule)) return {.level = GateLevel::kPass};
  return {.level = *rule.worse,
          .why = absl::StrCat("the verdict is ", verdict_name(one.after),
                              ", and the gate asks for ", required_verdict_name(*rule.verdict))};
}

std::vector<GateFinding> findings_of(const Gate& gate, const RunComparison& comparison,
                                     size_t tests) {
  std::vector<GateFinding> findings;
  const auto add = [&](GateFinding finding, const ComparedDesideratum& of,
                       const std::string& expectation) {
    if (finding.level == GateLevel::kPass) return;
    finding.model = of.model;
    finding.desideratum = of.desideratum;
    finding.expectation = expectation;
    findings.push_back(std::move(finding));
  };
  for (const ComparedDesideratum& desideratum : comparison.desiderata) {
    const std::string& id = desideratum.id;
    if (desideratum.obstacle == Obstacle::kOtherEstimand) continue;
    add(finding_of(desideratum, rule_for(gate, id, "")), desideratum, "");
    for (const ComparedExpectation& one : desideratum.expectations) {
      if (!is_test(one)) continue;
      add(finding_of(one, rule_for(gate, id, one.id), tests), desideratum, one.id);
    }
  }
  return findings;
}

// Whether something is shown that no more seeds of other expectations can make good.
bool fails_for_good(const Gate& gate, const RunComparison& comparison) {
  const auto fails = [&](const ComparedDesideratum& one) {
    const bool is_decided = one.after != Verdict::kInconclusive;
    if (is_decided && finding_of(one, rule_for(gate, one.id, "")).level == GateLevel::kFail) return true;
    return std::any_of(
        one.expectations.begin(), one.expectations.end(), [&](const ComparedExpectation& expectation) {
          const GateRule rule = rule_for(gate, one.id, expectation.id);
          const Change change = expectation.change.change;
          return is_test(expectation) &&
                 ((change == Change::kWorse && *rule.worse == GateLevel::kFail) ||
                  (change == Change::kBetter && *rule.better == GateLevel::kFail));
        });
  };
  return std::any_of(comparison.desiderata.begin(), comparison.desiderata.end(), fails);
}

}  // namespace

const char* gate_level_name(GateLevel level) {
  switch (level) {
    case GateLevel::kPass:
      return "pass";
    case GateLevel::kWarn:
      return "warn";
    case GateLevel::kFail:
      break;
  }
  return "fail";
}

const char* required_verdict_name(RequiredVerdict verdict) {
  switch (verdict) {
    case RequiredVerdict::kHolds:
      return "holds";
    case RequiredVerdict::kNotViolated:
      return "not violated";
    case RequiredVerdict::kNone:
      break;
  }
  return "any";
}

GateRule rule_for(const Gate& gate, const std::string& desideratum,
                  const std::string& expectation) {
  GateRule result{.desideratum = desideratum,
                  .expectation = expectation,
                  .margin = kSmallestEffect,
                  .worse = GateLevel::kFail,
                  .better = GateLevel::kPass,
                  .unclear = GateLevel::kPass,
                  .verdict = RequiredVerdict::kNone};
  for (const GateRule& rule : gate.rules) {
    if (!is_about(rule, desideratum, expectation)) continue;
    if (rule.margin.has_value()) result.margin = rule.margin;
    if (rule.worse.has_value()) result.worse = rule.worse;
    if (rule.better.has_value()) result.better = rule.better;
    if (rule.unclear.has_value()) result.unclear = rule.unclear;
    if (rule.verdict.has_value()) result.verdict = rule.verdict;
  }
  return result;
}

absl::Status check_gate(const Gate& gate, const RunResult& baseline) {
  std::set<std::string> desiderata, without_verdict;
  std::set<std::pair<std::string, std::string>> expectations;
  for (const DesideratumResult& result : baseline.results) {
    if (result.key.condition != Condition::kFineTuning) continue;
    const std::string& id = result.key.desideratum;
    (may_get_worse(result) ? desiderata : without_verdict).insert(id);
    for (const ExpectationResult& one : result.expectations) {
      expectations.insert({id, one.expectation.id});
    }
  }
  const auto missing = [&](const std::string& what) {
    return absl::InvalidArgumentError(
        absl::StrCat("the gate names ", what, ", which the baseline does not have; it has ",
                     absl::StrJoin(desiderata, ", ")));
  };
  const auto check = [&](const std::string& id) {
    if (desiderata.contains(id)) return absl::OkStatus();
    if (!without_verdict.contains(id)) return missing(absl::StrCat("the desideratum ", id));
    return absl::InvalidArgumentError(
        absl::StrCat("the gate names the desideratum ", id,
                     ", which the baseline could not measure or no model could change; leave it out"));
  };
  for (const std::string& id : gate.desiderata) {
    if (absl::Status status = check(id); !status.ok()) return status;
  }
  for (const GateRule& rule : gate.rules) {
    if (rule.desideratum.empty()) continue;
    if (absl::Status status = check(rule.desideratum); !status.ok()) return status;
    if (!rule.expectation.empty() && !expectations.contains({rule.desideratum, rule.expectation})) {
      return missing(absl::StrCat("the expectation ", rule.expectation, " of ", rule.desideratum));
    }
  }
  return absl::OkStatus();
}

bool passes(const GatedComparison& gated) {
  return std::none_of(gated.findings.begin(), gated.findings.end(),
                      [](const GateFinding& one) { return one.level == GateLevel::kFail; });
}

ComparisonOutcome outcome_of(const GatedComparison& gated) {
  const ComparisonOutcome outcome = outcome_of(gated.comparison);
  if (outcome == ComparisonOutcome::kNotComparable) return outcome;
  if (!passes(gated)) return ComparisonOutcome::kGotWorse;
  return is_whole(gated.comparison) ? ComparisonOutcome::kNoWorse
                                    : ComparisonOutcome::kNothingShown;
}

absl::StatusOr<GatedComparison> compare_with_gate(const Gate& gate,
                                                  const std::vector<const RunResult*>& earlier,
                                                  const RunResult& run) {
  if (absl::Status status = check_gate(gate, *earlier.front()); !status.ok()) return status;
  const auto margin_of = [&](const std::string& desideratum, const std::string& expectation) {
    return *rule_for(gate, desideratum, expectation).margin;
  };
  absl::StatusOr<RunComparison> comparison =
      compare_series(earlier, run, {.margin_of = margin_of, .in_context = gate.in_context});
  if (!comparison.ok()) return comparison.status();
  comparison->margin = *rule_for(gate, "", "").margin;
  leave_out_what_is_not_judged(gate, *comparison);
  const Family family = judge_together(gate, *comparison);
  note_too_few_seeds(gate, family, *comparison);
  GatedComparison gated{.comparison = *std::move(comparison), .expectations = family.expectations};
  gated.findings = findings_of(gate, gated.comparison, family.tests);
  return gated;
}

absl::StatusOr<GatedComparison> compare_with_gate(const Gate& gate, const RunResult& baseline,
                                                  const RunResult& run) {
  return compare_with_gate(gate, std::vector<const RunResult*>{&baseline}, run);
}

GatedComparison without_gate(RunComparison comparison) {
  GatedComparison judged{.comparison = std::move(comparison), .has_gate = false};
  judged.findings = findings_of({}, judged.comparison, 0);
  return judged;
}

std::vector<std::string> unclear_desiderata(const Gate& gate, const GatedComparison& gated) {
  if (fails_for_good(gate, gated.comparison)) return {};
  std::vector<std::string> ids;
  for (const ComparedDesideratum& one : gated.comparison.desiderata) {
    const bool may_come_out = one.after == Verdict::kInconclusive &&
                              !is_as_required(one, rule_for(gate, one.id, ""));
    const bool is_unclear =
        std::any_of(one.expectations.begin(), one.expectations.end(), [&](const auto& expectation) {
          return is_test(expectation) &&
                 !is_clear(expectation.change, rule_for(gate, one.id, expectation.id));
        });
    const bool is_named = std::find(ids.begin(), ids.end(), one.id) != ids.end();
    if ((may_come_out || is_unclear) && !is_named) ids.push_back(one.id);
  }
  return ids;
}

}  // namespace eif
