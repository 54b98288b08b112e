// What commands that run desiderata have in common: where they write, what they say about the
// circumstances, how they end.
#pragma once

#include <filesystem>
#include <string>

#include "absl/time/time.h"
#include "reports/run_result.h"
#include "suite/cli/commands.h"
#include "suite/cli/progress.h"
#include "suite/cli/run_options.h"
#include "suite/host/suite_run.h"

namespace eif {

// `chosen`, or where that is empty a new folder below eif-out, named by the time.
std::filesystem::path out_folder(const std::string& chosen, absl::Time now);

// "seed3_belongs_to_in_context": the name of a matrix's files.
std::string matrix_name(const MeasuredMatrix& measured);

// Everything but the models, which are known when they were measured.
RunContext make_context(const RunOptions& options, const RunPlan& plan, const PluginSet& plugins,
                        const Invocation& invocation, absl::Time started);

// Models load with progress shown and stop when interrupted, and a learning rate is found for each
// where it is to be. What is passed by reference outlives the plan.
void connect(RunPlan& plan, const RunOptions& options, DigitSource& digits, Progress& progress);

// Of a run that did not come to its end.
int exit_code_of(RunEnd end);

}  // namespace eif
