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
  if (gate.desiderata.empty()) return;
  std::erase_if(comparison.desiderata, [&](const ComparedDesideratum& one) {
    return std::find(gate.desiderata.begin(), gate.desiderata.end(), one.id) ==
           gate.desiderata.end();
  });
}

// ---- All together ------------------------------------------------------------------------------

// The primary expectations of all desiderata that were measured.
std::vector<EffectChange*> judged_together(RunComparison& comparison) {
  std::vector<EffectChange*> changes;
  for (ComparedDesideratum& desideratum : comparison.desiderata) {
    for (ComparedExpectation& one : desideratum.expectations) {
      const bool is_measured = one.change.change != Change::kNotMeasured;
      if (one.primary && is_measured) changes.push_back(&one.change);
    }
  }
  return changes;
}

void adjust_over_all(const std::vector<EffectChange*>& changes) {
  std::vector<double> p;
  for (const EffectChange* change : changes) p.push_back(change->p_worse);
  const std::vector<double> adjusted = holm(p);
  for (size_t i = 0; i < changes.size(); ++i) {
    changes[i]->p_worse_adjusted = adjusted[i];
    changes[i]->change = judged(*changes[i]);
  }
}

// More tests take more seeds before any of them can show a thing.
void note_too_few_seeds(size_t tests, RunComparison& comparison) {
  const int fewest = fewest_seeds_for_change(tests);
  for (ComparedDesideratum& one : comparison.desiderata) {
    if (one.obstacle != Obstacle::kNone || !std::cmp_less(one.seeds, fewest)) continue;
    one.obstacle = Obstacle::kTooFewSeeds;
    one.why = absl::StrFormat(
        "%d %s too few to show any change among the %d expectations of the gate; it takes %d, or a "
        "gate of fewer desiderata",
        one.seeds, one.seeds == 1 ? "seed is" : "seeds are", tests, fewest);
  }
}

// ---- Findings ----------------------------------------------------------------------------------

// Passes where it is shown to be no worse.
GateFinding finding_of(const ComparedExpectation& one, const GateRule& rule, size_t tests) {
  const EffectChange& change = one.change;
  if (change.change == Change::kWorse) {
    return {.level = *rule.worse,
            .why = absl::StrFormat("lost %.3f %s, more than the margin of %g", -change.difference,
                                   interval_text(change.interval), change.margin)};
  }
  const bool is_no_worse = change.interval.low >= -change.margin;
  if (is_no_worse) return {.level = GateLevel::kPass};
  const double shown = smallest_loss_shown(change.per_seed, change.margin, tests);
  std::string why = absl::StrFormat("may have lost up to %.3f, and the margin is %g",
                                    -change.interval.low, change.margin);
  if (std::isfinite(shown)) {
    absl::StrAppendFormat(&why, "; %d seeds show a loss of %.3f in four of five runs",
                          change.per_seed.size(), shown);
  }
  return {.level = *rule.unclear, .why = why};
}

// Of the desideratum as a whole.
GateFinding finding_of(const ComparedDesideratum& one, const GateRule& rule) {
  const bool is_violated = one.after == Verdict::kViolated;
  if (one.before == Verdict::kHolds && is_violated) {
    return {.level = *rule.worse, .why = "held, and is violated now"};
  }
  const bool is_as_required = *rule.verdict == RequiredVerdict::kNone ||
                              one.after == Verdict::kHolds ||
                              (*rule.verdict == RequiredVerdict::kNotViolated && !is_violated);
  if (is_as_required) return {.level = GateLevel::kPass};
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
      if (!one.primary || one.change.change == Change::kNotMeasured) continue;
      add(finding_of(one, rule_for(gate, id, one.id), tests), desideratum, one.id);
    }
  }
  return findings;
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
                  .unclear = GateLevel::kPass,
                  .verdict = RequiredVerdict::kNone};
  for (const GateRule& rule : gate.rules) {
    if (!is_about(rule, desideratum, expectation)) continue;
    if (rule.margin.has_value()) result.margin = rule.margin;
    if (rule.worse.has_value()) result.worse = rule.worse;
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

absl::StatusOr<GatedComparison> compare_with_gate(const Gate& gate, const RunResult& baseline,
                                                  const RunResult& run) {
  if (absl::Status status = check_gate(gate, baseline); !status.ok()) return status;
  const auto margin_of = [&](const std::string& desideratum, const std::string& expectation) {
    return *rule_for(gate, desideratum, expectation).margin;
  };
  absl::StatusOr<RunComparison> comparison = compare_runs(baseline, run, margin_of);
  if (!comparison.ok()) return comparison.status();
  comparison->margin = *rule_for(gate, "", "").margin;
  leave_out_what_is_not_judged(gate, *comparison);
  const std::vector<EffectChange*> together = judged_together(*comparison);
  adjust_over_all(together);
  note_too_few_seeds(together.size(), *comparison);
  GatedComparison gated{.comparison = *std::move(comparison), .expectations = together.size()};
  gated.findings = findings_of(gate, gated.comparison, gated.expectations);
  return gated;
}

}  // namespace eif
