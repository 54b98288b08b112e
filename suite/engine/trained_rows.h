// Rows that were trained together, in whichever way, and the weights that they have afterwards.
#pragma once

#include <cstddef>
#include <vector>

#include "eif/backend.h"
#include "suite/core/training_options.h"
#include "suite/engine/tuned_weights.h"

namespace eif {

// The examples, one a step and at least one, of each row whose weights are used together. It saves
// time to put rows next to each other that have as many steps, and as long ones.
using RowGroup = std::vector<std::vector<Example>>;

class TrainedRows {
 public:
  virtual ~TrainedRows() = default;
  // The weights of each row of a group after all its steps, behind so many rows of the base model.
  // products: those with the model's matrices, and outlives the result; null: as they are.
  virtual TunedWeights weights(Model& model, const TrainingOptions& options, size_t group,
                               int64_t base_rows = 0, BaseProducts* products = nullptr) const = 0;
};

}  // namespace eif
