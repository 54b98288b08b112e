// The LoRA adapters of many rows while they are trained together.
//
//   AdapterStack stack(model, targets, /*rows=*/3, options);
//   absl::Status stepped = stack.step({&a, &b, &c});  // each row on its example
//
// Row r has A: (rank, I) and B: (O, rank) of each target. They are stacked, A as (R, rank, I), and
// B as its transpose, (R, rank, O): then the correction Σ_k b_k a_kᵀ of a matrix has the shape of a
// gradient in factors.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eif/backend.h"
#include "suite/core/training_options.h"
#include "suite/engine/batching.h"
#include "suite/engine/lora.h"
#include "suite/engine/stacked_optimizer.h"
#include "suite/engine/step_gradients.h"
#include "suite/engine/tuned_weights.h"

namespace eif {

// Which rows take their steps in one stack, those with more of them first: indices. The limits
// count the longest statement of each row.
std::vector<std::vector<size_t>> stacked_together(
    const std::vector<const std::vector<Example>*>& rows, const BatchLimits& limits = {});

class AdapterStack {
 public:
  // model and targets outlive this object.
  AdapterStack(Model& model, const std::vector<LoraTarget>& targets, int64_t rows,
               const TrainingOptions& options);

  // One step of the first rows, each on its example, and of no more than in the step before.
  absl::Status step(const std::vector<const Example*>& examples);

  // Copies of the corrections of these rows as they are.
  StepGradients copy_of(const std::vector<int64_t>& rows) const;

  // Corrections of the model's matrices by such copies, as the adapters scale them.
  TunedWeights weights_of(StepGradients corrections) const;

  // Drops all rows but these, which keep their order.
  void keep(const std::vector<int64_t>& rows);

 private:
  const at::Tensor& a(size_t target) const { return optimizer_.values()[target]; }
  const at::Tensor& b(size_t target) const { return optimizer_.values()[targets_.size() + target]; }
  absl::StatusOr<std::vector<at::Tensor>> gradients_of(
      const std::vector<const Example*>& examples) const;

  Model& model_;
  const std::vector<LoraTarget>& targets_;
  double scale_;
  StackedOptimizer optimizer_;  // of A by target, and then B by target
};

}  // namespace eif
