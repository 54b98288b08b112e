// The options of `eif-suite run`, and what they amount to.
#pragma once

#include <CLI/App.hpp>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "suite/cli/commands.h"
#include "suite/host/suite_run.h"

namespace eif {

struct RunOptions {
  PluginOptions plugins;
  std::vector<std::string> models;
  bool all = false;
  std::vector<std::string> desiderata;
  uint64_t seeds = 10;
  double learning_rate = -1;  // below 0: each model's own
  std::string engine = "dense";
  std::string optimizer = "sgd";
  double momentum = 0;
  double weight_decay = 0;
  std::string device = "auto";
  std::string dtype = "float32";
  int threads = 0;  // 0: as libtorch likes
  std::string out;
  bool json = false;
};

void add_run_options(CLI::App& command, RunOptions& options);

// kInvalidArgument: a wrong name or combination. kNotFound: nothing was selected.
// The plan points into `plugins`.
absl::StatusOr<RunPlan> make_run_plan(const RunOptions& options, const PluginSet& plugins);

}  // namespace eif
