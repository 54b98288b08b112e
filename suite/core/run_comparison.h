// A run against an earlier one, the baseline: which desiderata got worse.
//
//   absl::StatusOr<RunComparison> comparison = compare_runs(baseline, run);
//   if (comparison.ok() && outcome_of(*comparison) == ComparisonOutcome::kGotWorse) …
//
// Two runs are comparable where they measured the same thing: RunRequest's fields say by their
// FieldRole what a difference means (suite/core/run_request.h). Of a series of earlier runs, such as
// checkpoints of a training, the trend is judged (suite/core/change.h).
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "eif/desideratum.h"
#include "suite/core/change.h"
#include "suite/core/run_result.h"

namespace eif {

struct ComparedExpectation {
  std::string id;
  ExpectationKind kind = ExpectationKind::kDirection;
  bool primary = true;
  EffectChange change;
  std::vector<double> means = {};  // of each run, the oldest first, where there are more than two
};

// Why nothing can be said of a desideratum.
enum class Obstacle {
  kNone,
  kOtherEstimand,  // the two runs asked different things under one name
  kMissing,        // the run lacks it or could not measure it, or no seed is in both
  kTooFewSeeds,    // no change could have been significant, so none was shown
};

// A desideratum of the baseline, on one model.
struct ComparedDesideratum {
  std::string model;        // of the run
  // Its name in reports: with its dose, where the run has several, and "in context" where that is so.
  std::string desideratum;
  std::string id = {};
  Condition condition = Condition::kFineTuning;
  Verdict before = Verdict::kNotMeasured;
  Verdict after = Verdict::kNotMeasured;
  size_t seeds = 0;  // that all runs have
  std::vector<ComparedExpectation> expectations;
  Obstacle obstacle = Obstacle::kNone;
  std::string why;  // one sentence about the obstacle; empty where there is none
  // At a dose that decides, or stands beside it: what others find is reported, and no gate judges it.
  bool is_finding = true;
  // What it is called in the baseline, and in the run where that has it.
  ResultKey baseline_key = {}, run_key = {};
};

// Nothing is lost that was not there, and what no model could change is no property of one.
bool may_get_worse(const DesideratumResult& before);

// A primary expectation came out worse, or it held and is violated now.
bool got_worse(const ComparedDesideratum& desideratum);

// A run that stands between the first and the one that is judged.
struct IntermediateRun {
  std::string path;
  RunContext context;
};

struct RunComparison {
  std::string baseline_path, run_path;  // for reports; whoever read the runs sets them
  RunContext baseline, run;
  std::vector<IntermediateRun> between = {};  // the oldest first
  double margin = kSmallestEffect;  // where no gate says another
  std::vector<std::string> differences;  // of how the numbers were computed: "dtype was …, is …"
  // Why one of them is not whole: "the run was interrupted". Empty where all came to their end.
  std::vector<std::string> cut_short;
  std::vector<ComparedDesideratum> desiderata;
};

// In the order in which they win.
enum class ComparisonOutcome {
  kNotComparable,  // a desideratum asks something else than in the baseline
  kGotWorse,       // shown to be worse, also in a run that was cut short
  kNothingShown,   // something could not be compared, and what was is no worse
  kNoWorse,
};
ComparisonOutcome outcome_of(const RunComparison& comparison);

// All runs came to their end, and all could be compared.
bool is_whole(const RunComparison& comparison);

// How much an expectation may lose, by the ids of its desideratum and of itself.
using MarginOf =
    std::function<double(const std::string& desideratum, const std::string& expectation)>;

struct ComparisonOptions {
  MarginOf margin_of = [](const std::string&, const std::string&) { return kSmallestEffect; };
  bool in_context = false;  // what reading did is compared, too
};

// `earlier`: at least one, the oldest first; the first is the baseline, which decides what is
// compared. Models are paired by name; one model alone is paired with one alone, whatever they are
// called. Of the seeds, those are compared that all have. What the run has beside the baseline is
// left out.
//
// kInvalidArgument: two runs measured different things, and the message names the fields; models
// cannot be paired; or the baseline has nothing to compare with.
absl::StatusOr<RunComparison> compare_series(const std::vector<const RunResult*>& earlier,
                                             const RunResult& run,
                                             const ComparisonOptions& options);
// Of one earlier run.
absl::StatusOr<RunComparison> compare_runs(const RunResult& baseline, const RunResult& run,
                                           double margin = kSmallestEffect);

}  // namespace eif
