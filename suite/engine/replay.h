// The exact engine for SGD: what `dense` computes, without ever changing a weight.
//
//   record: one batched forward and backward pass over many training samples gives the gradient of
//           each in factors (step_gradients.h)
//   replay: one batched forward pass over the evaluated samples for all of them at once, each row
//           with its own correction of the base weights (tuned_weights.h)
//
// A sample of several statements is recorded step by step, each step at the weights that the steps
// before left.
#pragma once

#include "suite/engine/engine.h"
#include "suite/engine/memory.h"

namespace eif {

class ReplayEngine final : public Engine {
 public:
  explicit ReplayEngine(WorkLimits limits = {}) : limits_(limits) {}

  // kInvalidArgument for an optimiser whose step is not linear in the gradients.
  absl::StatusOr<Matrix> influence(Model& model, const std::vector<Sample>& trained,
                                   const std::vector<Sample>& evaluated,
                                   const TrainingOptions& options,
                                   const RunControl& control) const override;

 private:
  WorkLimits limits_;
};

}  // namespace eif
