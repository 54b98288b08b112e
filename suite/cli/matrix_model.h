// The model of `eif-suite matrix`, ready to be measured.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "eif/backend.h"
#include "eif/matrix.h"
#include "reports/matrix_context.h"
#include "suite/cli/commands.h"
#include "suite/cli/matrix_options.h"
#include "suite/cli/matrix_samples.h"
#include "suite/core/run_request.h"
#include "suite/engine/wanted_cells.h"
#include "suite/host/auto_rate.h"

namespace eif {

struct MatrixModel {
  std::unique_ptr<Model> model;              // never null
  std::unique_ptr<TextTokenizer> tokenizer;  // null where nothing is explained
  std::string device;
  ChosenRate rate;           // not a number where nothing is learned
  TrainingOptions training;  // at that rate
  double load_seconds = 0;   // wall time
};

// Loads the model and finds its learning rate, and calls `use`. Returns what `use` does, or how the
// program ends where it did not come so far, of which the user was told. `options` were resolved.
int with_matrix_model(MatrixOptions& options, const Invocation& invocation,
                      const std::function<int(MatrixModel&)>& use);

struct TimedMatrix {
  Matrix matrix;
  double seconds = 0;  // wall time of measuring it
};

// By the engine of the request. kCancelled: the user interrupted the program.
absl::StatusOr<TimedMatrix> measure_by_training(MatrixModel& model, const RunRequest& request,
                                                const WantedCells& wanted);
absl::StatusOr<TimedMatrix> measure_in_context(MatrixModel& model, const RunRequest& request,
                                               const WantedCells& wanted);

// What the influences that measure_by_training() measures are made of.
absl::StatusOr<Explanation> explain_matrix(MatrixModel& model, const RunRequest& request,
                                           const WantedCells& wanted);

// The same request for another engine, which has no --precision.
RunRequest with_engine(RunRequest request, const std::string& engine);

// How it was measured; the caller adds the check and the texts.
MatrixContext context_of(const MatrixOptions& options, const MatrixModel& model,
                         double measure_seconds);

}  // namespace eif
