// The options of `eif-suite run`, and what they amount to.
#pragma once

#include <CLI/App.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "desiderata/declared/declared_desideratum.h"
#include "suite/cli/commands.h"
#include "suite/cli/draw_options.h"
#include "suite/cli/model_options.h"
#include "suite/cli/report_outputs.h"
#include "suite/host/suite_run.h"

namespace eif {

struct RunOptions {
  RunRequest request;
  const CLI::App* command = nullptr;  // that takes doses, as it was given
  // Of files that request.desiderata names; what a plan points to.
  std::vector<std::shared_ptr<const DeclaredDesideratum>> declared;
  uint64_t seeds = 10;  // how many
  // Where the command and not the user says which desiderata: those for a model of this modality.
  std::vector<std::string> (*desiderata_for)(std::optional<Modality>) = nullptr;
  // Where it is kept and how it is shown: nothing of this decides a number.
  std::string out;
  bool fresh = false;
  ReportOutputs outputs;
  bool json = false;
  std::string gate;         // a file
  std::vector<std::string> tags;  // KEY=VALUE, kept with the run
  uint64_t more_seeds = 0;  // of what the gate finds unclear
  double budget_seconds = 0;  // as many seeds as fit into it; 0: as many as `seeds` says
  bool dry_run = false;
};

void add_run_options(CLI::App& command, RunOptions& options);
// Parts of it: which models, how to measure, and where to keep it.
void add_model_names_option(CLI::App& command, RunOptions& options);
void add_measuring_options(CLI::App& command, RunOptions& options);
void add_out_options(CLI::App& command, RunOptions& options);

// Completes the request, and finds and reads what it names. kInvalidArgument: a wrong name or
// combination. Other errors: those of draw_settings(). The plan points into `options` and
// `plugins`.
absl::StatusOr<RunPlan> make_run_plan(RunOptions& options, const PluginSet& plugins,
                                      const Invocation& invocation);

}  // namespace eif
