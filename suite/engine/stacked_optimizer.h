// The optimisers of many fine-tunings at once. Their values are stacked: row r of each tensor (R,
// …) belongs to fine-tuning r, and a step is elementwise, so each row is stepped as libtorch's SGD
// or AdamW would step it alone.
//
//   StackedOptimizer optimizer({a, b}, options);
//   optimizer.step(torch::autograd::grad({objective}, {a, b}));
#pragma once

#include <ATen/ATen.h>

#include <cstdint>
#include <vector>

#include "suite/core/training_options.h"

namespace eif {

// AdamW as one operator of libtorch, which reads and writes each number once, or as a dozen. Tests
// hold the two to each other; where a libtorch lacks the one it is the dozen.
enum class AdamWKernel { kFused, kPlain };

class StackedOptimizer {
 public:
  // The values, in float32 or wider, are changed in place.
  StackedOptimizer(std::vector<at::Tensor> values, const TrainingOptions& options,
                   AdamWKernel kernel = AdamWKernel::kFused);

  // One step of all rows. gradients: one for each value, undefined where nothing came back. Those
  // of a row that are longer than options.max_gradient_norm together are shortened in place.
  void step(const std::vector<at::Tensor>& gradients);

 private:
  void shorten(const std::vector<at::Tensor>& gradients) const;
  void step_sgd(size_t i, const at::Tensor& gradient);
  void step_adamw(size_t i, const at::Tensor& gradient);
  void step_fused(size_t i, const at::Tensor& gradient);

  std::vector<at::Tensor> values_;
  TrainingOptions options_;
  AdamWKernel kernel_;
  int64_t steps_ = 0;
  // By value: SGD's momentum, AdamW's mean of the gradients and mean of their squares. Undefined
  // until the value's first gradient.
  std::vector<at::Tensor> first_, second_;
};

}  // namespace eif
