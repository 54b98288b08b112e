#include "suite/core/run_result.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "suite/core/deciding_dose.h"
#include "suite/core/dose.h"
#include "suite/core/statistics.h"

namespace eif {

std::string tags_text(const RunContext& context) {
  return absl::StrJoin(context.tags, ", ", absl::PairFormatter("="));
}

double mean_of(const std::vector<double>& values) { return mean(values); }

bool is_below_noise_floor(const ExpectationResult& result) {
  // What the regime decides is of the order of rounding by itself.
  return result.outcome.verdict != Verdict::kDecidedByRegime &&
         std::abs(result.outcome.mean) < result.noise_floor;
}

double odds_per_token(const ExpectationResult& result) {
  return result.expectation.kind == ExpectationKind::kDirection
             ? std::exp(result.nats)
             : std::numeric_limits<double>::quiet_NaN();
}

std::string odds_text(const ExpectationResult& result) {
  const double odds = odds_per_token(result);
  if (!std::isfinite(odds)) return "";
  return absl::StrFormat("%.2g nats, odds × %.2g a token", result.nats, odds);
}

ResultKey result_key(const RunRequest& request, std::string model, std::string desideratum,
                     const std::string& dose) {
  const bool has_own_name = dose != kPlateauDose || request.finds_learning_rate();
  return {.model = std::move(model),
          .recipe = training_text(request.training),
          .dose = has_own_name ? dose : absl::StrCat("lr ", request.learning_rate),
          .control = request.control,
          .desideratum = std::move(desideratum)};
}

std::string result_name(const RunRequest& request, const ResultKey& key) {
  if (learned_shares(request.doses).empty()) return key.desideratum;
  return absl::StrCat(key.desideratum, ", dose ", key.dose);
}

std::string learned_text(const LearnedEvidence& learned) {
  if (learned.passes.empty()) return "no seed was learned";
  const auto [fewest, most] = std::minmax_element(learned.passes.begin(), learned.passes.end());
  const double share =
      *std::min_element(learned.smallest_share.begin(), learned.smallest_share.end());
  std::string text = absl::StrCat(*fewest);
  if (*fewest != *most) absl::StrAppend(&text, " to ", *most);
  absl::StrAppendFormat(&text, *most == 1 ? " pass, shares from %.2f" : " passes, shares from %.2f",
                        share);
  if (learned.not_reached > 0) {
    absl::StrAppendFormat(&text, "; %d of %d seeds below the dose", learned.not_reached,
                          learned.passes.size());
  }
  return text;
}

const char* unit_of(Modality modality) {
  return modality == Modality::kText ? "nats/token" : "nats";
}

const char* run_end_name(RunEnd end) {
  switch (end) {
    case RunEnd::kComplete:
      return "complete";
    case RunEnd::kInterrupted:
      return "interrupted";
    case RunEnd::kUnavailable:
      return "unavailable";
    case RunEnd::kFailed:
      return "failed";
    case RunEnd::kRefused:
      return "refused";
    case RunEnd::kUnfinished:
      break;
  }
  return "unfinished";
}

bool has_complete_seeds(const RunResult& run) {
  return std::any_of(run.context.models.begin(), run.context.models.end(),
                     [](const ModelContext& model) { return !model.seeds.empty(); });
}

const DesideratumResult* find_condition(const RunResult& run, const DesideratumResult& result,
                                        Condition condition) {
  ResultKey key = result.key;
  key.condition = condition;
  const auto found = std::find_if(run.results.begin(), run.results.end(),
                                  [&](const DesideratumResult& one) { return one.key == key; });
  return found == run.results.end() ? nullptr : &*found;
}

const ExpectationResult* find_expectation(const DesideratumResult& result, const std::string& id) {
  for (const ExpectationResult& one : result.expectations) {
    if (one.expectation.id == id) return &one;
  }
  return nullptr;
}

const ObservationResult* find_observation(const DesideratumResult& result, const std::string& id) {
  for (const ObservationResult& one : result.observations) {
    if (one.observation.id == id) return &one;
  }
  return nullptr;
}

const char* verdict_name(Verdict verdict) {
  switch (verdict) {
    case Verdict::kHolds:
      return "holds";
    case Verdict::kViolated:
      return "violated";
    case Verdict::kInconclusive:
      return "inconclusive";
    case Verdict::kDecidedByRegime:
      return "decided by the regime";
    case Verdict::kNotMeasured:
      break;
  }
  return "not measured";
}

void put_beside(const DesideratumResult& control, DesideratumResult& result) {
  result.beside = BesideResult{.control = control.key.control,
                               .verdict = control.verdict,
                               .error = control.error,
                               .seeds = control.seeds,
                               .self_scales = control.self_scales};
  for (ExpectationResult& one : result.expectations) {
    const ExpectationResult* other = find_expectation(control, one.expectation.id);
    if (other == nullptr) continue;
    one.beside = BesideOutcome{other->per_seed, other->outcome, other->nats};
  }
}

void put_slower(const DesideratumResult& slower, DesideratumResult& result) {
  for (ExpectationResult& one : result.expectations) {
    const ExpectationResult* other = find_expectation(slower, one.expectation.id);
    if (!one.learned || other == nullptr || !other->learned) continue;
    one.learned->slower =
        SlowerEvidence{slower.seeds, other->per_seed, other->learned->not_reached};
  }
}

std::string slower_text(const DesideratumResult& of, const ExpectationResult& result) {
  if (!result.expectation.primary || !result.learned || !result.learned->slower) return "";
  const SlowerEvidence& slower = *result.learned->slower;
  std::vector<double> along_it, here;  // of the seeds that have both
  for (size_t i = 0; i < slower.seeds.size(); ++i) {
    const auto found = std::find(of.seeds.begin(), of.seeds.end(), slower.seeds[i]);
    if (found == of.seeds.end()) continue;
    along_it.push_back(slower.per_seed[i]);
    here.push_back(result.per_seed[static_cast<size_t>(found - of.seeds.begin())]);
  }
  if (along_it.empty()) return "";
  std::string text =
      absl::StrFormat("along a third of the rate %.3f, and here %.3f, of %d %s", mean(along_it),
                      mean(here), along_it.size(), along_it.size() == 1 ? "seed" : "seeds");
  if (slower.not_reached > 0) {
    absl::StrAppend(&text, ", ", slower.not_reached, " of them below the dose");
  }
  return text;
}

namespace {

bool is_found(Verdict verdict) {
  return verdict != Verdict::kDecidedByRegime && verdict != Verdict::kNotMeasured;
}

// "random weights, too" where both came to the same.
std::string beside_words(const std::string& control, Verdict verdict, Verdict beside) {
  const std::string name = absl::StrReplaceAll(control, {{"-", " "}});
  return verdict == beside ? absl::StrCat(name, ", too")
                           : absl::StrCat(name, ": ", verdict_name(beside));
}

// Where what stands beside it was broken off, it was judged on fewer seeds than the model.
std::string seeds_beside(const DesideratumResult& of) {
  const size_t count = of.beside->seeds.size();
  if (count >= of.seeds.size()) return "";
  return absl::StrFormat(", %d of %d seeds", count, of.seeds.size());
}

}  // namespace

std::string beside_text(const DesideratumResult& result) {
  if (!result.beside || !is_found(result.verdict)) return "";
  return beside_words(result.beside->control, result.verdict, result.beside->verdict) +
         seeds_beside(result);
}

std::string beside_text(const DesideratumResult& of, const ExpectationResult& result) {
  if (!of.beside || !result.beside || !is_found(result.outcome.verdict)) return "";
  const ExpectationVerdict& beside = result.beside->outcome;
  std::string text = beside_words(of.beside->control, result.outcome.verdict, beside.verdict);
  if (std::isfinite(beside.mean)) {
    const bool is_same = result.outcome.verdict == beside.verdict;
    absl::StrAppendFormat(&text, "%s%.3f", is_same ? ": " : ", ", beside.mean);
  }
  return text + seeds_beside(of);
}

namespace {

// Of the primary expectations.
struct Counts {
  size_t primary = 0, violated = 0, hold = 0, decided = 0;
};

Counts counts_of(const DesideratumResult& result) {
  Counts counts;
  for (const ExpectationResult& one : result.expectations) {
    if (!one.expectation.primary) continue;
    ++counts.primary;
    counts.violated += one.outcome.verdict == Verdict::kViolated ? 1 : 0;
    counts.hold += one.outcome.verdict == Verdict::kHolds ? 1 : 0;
    counts.decided += one.outcome.verdict == Verdict::kDecidedByRegime ? 1 : 0;
  }
  return counts;
}

// "; 3 decided by the regime", or nothing.
std::string decided_text(const Counts& counts) {
  if (counts.decided == 0) return "";
  return absl::StrCat("; ", counts.decided, " ", verdict_name(Verdict::kDecidedByRegime));
}

}  // namespace

std::string verdict_text(const DesideratumResult& result) {
  const std::string name = verdict_name(result.verdict);
  const Counts counts = counts_of(result);
  std::vector<std::string> remarks;
  if (result.verdict == Verdict::kViolated) {
    remarks.push_back(absl::StrFormat("%d of %d; %d %s%s", counts.violated, counts.primary,
                                      counts.hold, counts.hold == 1 ? "holds" : "hold",
                                      decided_text(counts)));
  } else if (counts.decided > 0 && result.verdict != Verdict::kDecidedByRegime) {
    remarks.push_back(absl::StrFormat("%d of %d %s", counts.decided, counts.primary,
                                      verdict_name(Verdict::kDecidedByRegime)));
  }
  if (std::string beside = beside_text(result); !beside.empty()) {
    remarks.push_back(std::move(beside));
  }
  if (std::string role = role_text(result); !role.empty()) remarks.push_back(std::move(role));
  return remarks.empty() ? name : absl::StrCat(name, " (", absl::StrJoin(remarks, "; "), ")");
}

const char* kind_name(ExpectationKind kind) {
  return kind == ExpectationKind::kDirection ? "DIR" : "INV";
}

std::string interval_text(const Interval& interval) {
  if (!std::isfinite(interval.low)) return "-";
  return absl::StrFormat("[%.3f, %.3f]", interval.low, interval.high);
}

const char* condition_name(Condition condition) {
  return condition == Condition::kInContext ? "in context" : "fine-tuning";
}

const char* issue_name(RowIssue issue) {
  switch (issue) {
    case RowIssue::kAllZero:
      return "all zero";
    case RowIssue::kDoesNotTeachItself:
      return "does not teach itself";
    case RowIssue::kOutlier:
      return "outlier";
    case RowIssue::kNotMeasured:
      break;
  }
  return "not measured";
}

std::string finding(const DesideratumResult& result) {
  if (!result.error.empty()) return result.error;
  std::vector<std::string> violated;
  std::vector<std::string> open;
  int seeds_to_decide = 0;
  const Counts counts = counts_of(result);
  const size_t primary = counts.primary;
  for (const ExpectationResult& expectation : result.expectations) {
    if (!expectation.expectation.primary) continue;
    const ExpectationVerdict& outcome = expectation.outcome;
    if (outcome.verdict == Verdict::kViolated) violated.push_back(expectation.expectation.id);
    if (outcome.verdict == Verdict::kInconclusive) {
      open.push_back(expectation.expectation.id);
      seeds_to_decide = std::max(seeds_to_decide, outcome.seeds_to_decide.value_or(0));
    }
  }
  switch (result.verdict) {
    case Verdict::kHolds:
      if (primary == 1) return absl::StrCat(result.info.holds, " (its primary expectation holds)");
      if (counts.decided > 0) {
        return absl::StrCat(result.info.holds, " (", counts.hold, " of ", primary,
                            " primary expectations hold", decided_text(counts), ")");
      }
      return absl::StrCat(result.info.holds, " (all ", primary, " primary expectations hold)");
    case Verdict::kViolated:
      if (primary == 1) {
        return absl::StrCat(result.info.violated,
                            " (its primary expectation is violated: ", violated.front(), ")");
      }
      return absl::StrCat(result.info.violated, " (", violated.size(), " of ", primary,
                          " primary expectations violated: ", absl::StrJoin(violated, ", "), ")");
    case Verdict::kInconclusive:
      return absl::StrCat("undecided: ", absl::StrJoin(open, ", "),
                          seeds_to_decide > 0
                              ? absl::StrCat("; about ", seeds_to_decide, " seeds would decide")
                              : "");
    case Verdict::kDecidedByRegime:
      return absl::StrCat("the way of training decides ",
                          primary == 1 ? "its primary expectation"
                                       : absl::StrCat("all ", primary, " primary expectations"),
                          ", whatever the model is");
    case Verdict::kNotMeasured:
      break;
  }
  return "a primary expectation could not be measured";
}

}  // namespace eif
