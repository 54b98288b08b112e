// What commands that run desiderata have in common: what they say about the circumstances, where
// they keep the run, how they end.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "absl/status/statusor.h"
#include "reports/run_folder.h"
#include "reports/run_source.h"
#include "suite/cli/commands.h"
#include "suite/cli/run_options.h"
#include "suite/core/run_result.h"

namespace eif {

// Everything but the models, which are known when they were measured. The run begins now.
RunContext make_context(const PluginSet& plugins, const Invocation& invocation);

// A run that was measured, or why it could not be begun.
struct FinishedRun {
  std::unique_ptr<RunFolder> folder;  // null: it could not be begun
  RunResult run;
  int exit_code = 0;
};

// Whether what is planned is worth measuring.
using PlanCheck = std::function<absl::Status(const RunPlan&)>;

// Measures what the options ask for, keeps it in its folder, and says on stderr where that is and
// what went wrong. With `first`, seeds that another run has of the same desiderata are taken from
// there (reports/continued_run.h). Where `check` has an error, nothing is measured.
FinishedRun measure_run(RunOptions& options, const Invocation& invocation,
                        const RunSource* first = nullptr, const PlanCheck& check = {});

}  // namespace eif
