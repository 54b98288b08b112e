// The training of many samples at once, recorded: the gradients of every step in factors, and how
// they combine to weights.
//
//   absl::StatusOr<RecordedTraining> training = RecordedTraining::record(model, rows, options);
//   TunedWeights weights = training->weights(model, options, {0, training->rows()});
//   model.loss(weights, batch);  // under the weights of each row
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "eif/backend.h"
#include "suite/engine/engine.h"
#include "suite/engine/step_gradients.h"
#include "suite/engine/tuned_weights.h"

namespace eif {

// Rows first … first + count − 1.
struct RowRange {
  int64_t first = 0;
  int64_t count = 0;
};

class RecordedTraining {
 public:
  // rows[r]: the statements of row r, at least one; rows with more statements come first. SGD only.
  // Step k of a row is recorded at the weights that its steps before k left.
  static absl::StatusOr<RecordedTraining> record(Model& model,
                                                 const std::vector<std::vector<Example>>& rows,
                                                 const TrainingOptions& options);

  int64_t rows() const { return static_cast<int64_t>(step_counts_.size()); }

  // The weights of each of these rows after all its steps. Another learning rate than the recorded
  // one is exact for rows of one statement only.
  TunedWeights weights(Model& model, const TrainingOptions& options, const RowRange& rows) const;

 private:
  // What the weights of these rows are after their first `done` steps.
  TunedWeights weights_after(Model& model, size_t done, const RowRange& rows,
                             const TrainingOptions& options) const;

  std::vector<size_t> step_counts_;   // by row
  std::vector<StepGradients> steps_;  // step k has the rows with more than k statements
  std::vector<at::Tensor>
      shortening_;  // (rows of step k): what clipping multiplied the gradient by
};

}  // namespace eif
