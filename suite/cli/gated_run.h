// A run that is judged by a gate when it was measured, and gets more seeds where that is unclear.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "reports/run_folder.h"
#include "suite/cli/commands.h"
#include "suite/cli/run_context.h"
#include "suite/cli/run_options.h"
#include "suite/core/gate.h"

namespace eif {

// A gate, and the run that it compares with.
struct OpenGate {
  Gate gate;
  std::unique_ptr<RecordedRun> baseline;
};

// kInvalidArgument: the file is wrong, names no baseline or what that does not have, or the baseline
// lacks seeds that options.more_seeds asks for.
absl::StatusOr<OpenGate> open_gate(const RunOptions& options);

// Before anything is measured: kInvalidArgument where the run that is planned cannot be compared
// with the baseline, whatever it finds. What belongs to the model, such as a rate that is to be
// found, is known later.
absl::Status check_comparable(const OpenGate& open, const RunPlan& plan);

absl::StatusOr<GatedComparison> judge(const OpenGate& open, const RunResult& run,
                                      const std::string& path);

// Measures what `gated` finds unclear on options.more_seeds seeds more, in a folder below that of
// `first`, and puts it into first.run. `options` are as they were when the first run was begun.
// Returns false where nothing is unclear that could still be made good, or the first run did not come
// to its end.
bool measure_more_seeds(const OpenGate& open, const GatedComparison& gated, RunOptions options,
                        const Invocation& invocation, FinishedRun& first);

// What comes of the gate, and what stands beside it, on standard error.
void say_what_was_judged(const GatedComparison& gated);

}  // namespace eif
