// The options of `eif-suite run`, and what they amount to.
#pragma once

#include <CLI/App.hpp>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "suite/cli/draw_options.h"
#include "suite/cli/model_options.h"
#include "suite/host/suite_run.h"

namespace eif {

struct RunOptions {
  std::vector<std::string> models;
  bool all = false;
  std::vector<std::string> desiderata;
  uint64_t seeds = 10;
  DrawOptions draw;
  std::string control = "none";
  ModelOptions model;
  FineTuningOptions fine_tuning;
  std::string out;
  bool json = false;
};

void add_run_options(CLI::App& command, RunOptions& options);
// Parts of it: which models, and how to measure.
void add_model_names_option(CLI::App& command, RunOptions& options);
void add_measuring_options(CLI::App& command, RunOptions& options);

// kInvalidArgument: a wrong name or combination. Other errors: those of draw_settings(). The plan
// points into `plugins`.
absl::StatusOr<RunPlan> make_run_plan(const RunOptions& options, const PluginSet& plugins);
// The same, with no desiderata yet.
absl::StatusOr<RunPlan> make_measuring_plan(const RunOptions& options, const PluginSet& plugins);

}  // namespace eif
