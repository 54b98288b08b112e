// A run against an earlier one, the baseline: which desiderata got worse.
//
//   absl::StatusOr<RunComparison> comparison = compare_runs(*baseline, *run);
//   if (comparison.ok()) std::cout << comparison_table(*comparison);
#pragma once

#include "absl/status/statusor.h"
#include "reports/comparison.h"
#include "reports/recorded_run.h"

namespace eif {

// Models are paired by name; one model alone is paired with one alone, whatever they are called.
// Of the seeds, those are compared that both have. What the run has beside the baseline is left
// out; what it lacks is not comparable, and so is a desideratum of another version.
//
// kInvalidArgument: the seeds did not draw the same (controls, claims, large matrices), models
// cannot be paired, or the baseline has nothing to compare with.
absl::StatusOr<RunComparison> compare_runs(const RecordedRun& baseline, const RecordedRun& run,
                                           double margin = kSmallestEffect);

}  // namespace eif
