// The paper's figures and claims, measured: one run of the desiderata they are about, on each
// model.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "reports/reproduction.h"
#include "suite/host/plugin_loader.h"
#include "suite/host/suite_run.h"

namespace eif {

// As RunObserver; measured() is told of each matrix once, whoever asks for it.
class ReproductionObserver : public RunObserver {
 public:
  // The figures and claims of a model are there, from all seeds that were complete. An error ends
  // the reproduction.
  virtual absl::Status reproduced(const ModelReproduction& model) = 0;
};

struct ReproductionOutcome {
  std::vector<ModelContext> models;
  std::vector<ModelReproduction> reproductions;
  // Some number is missing: a desideratum could not be measured, or not in every part.
  bool incomplete = false;
  RunEnd end = RunEnd::kComplete;
  absl::Status status;  // why it was not complete
};

// Runs `plan`, but for its desiderata: those of the claims are taken from `plugins` instead.
// `circumstances`: engine, dtype and the like, for the captions. RunEnd::kUnavailable where a
// desideratum is not among the plugins.
ReproductionOutcome reproduce(RunPlan plan, const PluginSet& plugins,
                              const RunContext& circumstances, DigitSource& digits,
                              ReproductionObserver& observer, Monitor& monitor);

}  // namespace eif
