// The training of many samples at once, recorded: the gradients of every step in factors, and how
// they combine to weights.
//
//   absl::StatusOr<RecordedTraining> training = RecordedTraining::record(model, groups, options);
//   TunedWeights weights = training->weights(model, options, g);
//   model.loss(weights, batch);  // under the weights of each row of group g
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "eif/backend.h"
#include "suite/engine/engine.h"
#include "suite/engine/step_gradients.h"
#include "suite/engine/tuned_weights.h"

namespace eif {

// Rows whose weights are used together: the statements of each, at least one. It saves time to have
// those next to each other that are as many and as long.
using RowGroup = std::vector<std::vector<Example>>;

class RecordedTraining {
 public:
  // The rows of all groups are recorded together. Step k of a row is recorded at the weights that
  // its steps before k left, once for all rows that were trained on the same up to there. SGD only.
  static absl::StatusOr<RecordedTraining> record(Model& model, const std::vector<RowGroup>& groups,
                                                 const TrainingOptions& options);

  // The weights of each row of a group after all its steps. Another learning rate than the recorded
  // one is exact for rows of one statement only.
  TunedWeights weights(Model& model, const TrainingOptions& options, size_t group) const;

 private:
  // One step of some rows, recorded in one pass.
  struct Part {
    StepGradients gradients;
    at::Tensor shortening;  // (rows): what clipping multiplied them by; undefined where none was
  };
  // The same of rows that follow each other in a group.
  struct PartOfGroup {
    size_t step = 0;
    int64_t first_row = 0;
    Part part;
  };
  struct Group {
    std::vector<size_t> step_counts;  // by row
    std::vector<PartOfGroup> parts;
  };
  class Recorder;

  static TunedWeights weights_after(Model& model, const Group& group,
                                    const TrainingOptions& options);

  std::vector<Group> groups_;
};

}  // namespace eif
