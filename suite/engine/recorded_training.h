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
#include "suite/engine/trained_rows.h"

namespace eif {

class RecordedTraining final : public TrainedRows {
 public:
  // Records the rows of all groups together. Step k of a row is recorded at the weights that its
  // steps before k left, once for all rows that were trained on the same up to there. SGD only.
  // products: those with the model's matrices, which can be differentiated; null: as they are.
  static absl::StatusOr<RecordedTraining> record(Model& model, const std::vector<RowGroup>& groups,
                                                 const TrainingOptions& options,
                                                 BaseProducts* products = nullptr);

  // Gives the weights of each row of a group after all its steps, behind so many rows of the base
  // model. Another learning rate than the recorded one is exact for rows of one statement only.
  // products: outlives the result.
  TunedWeights weights(Model& model, const TrainingOptions& options, size_t group,
                       int64_t base_rows = 0, BaseProducts* products = nullptr) const override;

 private:
  // What one pass recorded: a step of some rows.
  struct Part {
    StepGradients gradients;
    at::Tensor shortening;  // (rows): what clipping multiplied them by; undefined where none was
  };
  // What of a Part belongs to rows of a group that follow each other.
  struct PartOfGroup {
    size_t step = 0;  // which of the rows' steps it is
    int64_t first_row = 0;
    Part part;
  };
  struct Group {
    std::vector<size_t> step_counts;  // by row
    std::vector<PartOfGroup> parts;
  };
  class Recorder;

  static TunedWeights weights_after(Model& model, const Group& group,
                                    const TrainingOptions& options, int64_t base_rows,
                                    BaseProducts* products);

  std::vector<Group> groups_;
};

}  // namespace eif
