// A run: every chosen desideratum on every chosen model, seed by seed.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "reports/run_result.h"
#include "suite/engine/engine.h"
#include "suite/host/auto_rate.h"
#include "suite/host/control.h"
#include "suite/host/draw.h"
#include "suite/host/plugin_loader.h"

namespace eif {

// One measured matrix, for whoever writes it down.
struct MeasuredMatrix {
  std::string model;
  std::string desideratum;
  uint64_t seed = 0;
  Condition condition = Condition::kFineTuning;
  const Request& request;
  const Matrix& matrix;
};

// Told of each matrix when it is there, on the thread of the run.
class RunObserver {
 public:
  virtual ~RunObserver() = default;
  // An error ends the run.
  virtual absl::Status measured(const MeasuredMatrix& matrix) = 0;
};

struct RunPlan {
  std::vector<std::pair<const ModelBackend*, ModelRequest>> models;
  std::vector<const LoadedPlugin*> desiderata;  // skipped for models of another modality
  std::vector<uint64_t> seeds;
  DrawSettings draws;
  std::unique_ptr<Engine> engine;
  TrainingOptions training;
  // Asked once for each model, where training.learning_rate is not for all of them.
  std::function<absl::StatusOr<ChosenRate>(Model&)> find_learning_rate;
  Control control = Control::kNone;
};

enum class RunEnd {
  kComplete,     // everything was measured, or each result says why it was not
  kInterrupted,  // monitor.stopping() became true; the results hold the seeds that were complete
  kUnavailable,  // a model or its data could not be loaded; other models were measured
  kFailed,       // measuring broke off
  kRefused,      // a model cannot be measured as the plan says
};

struct RunOutcome {
  std::vector<ModelContext> models;
  std::vector<DesideratumResult> results;
  RunEnd end = RunEnd::kComplete;
  absl::Status status;  // why it was not complete
};

// Exceptions of the backend become a status.
absl::StatusOr<std::unique_ptr<Model>> load_model(const ModelBackend& backend,
                                                  const ModelRequest& request);

RunOutcome run_suite(const RunPlan& plan, DigitSource& digits, RunObserver& observer,
                     Monitor& monitor);

}  // namespace eif
