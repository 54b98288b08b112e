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
  // The values, in float32 or wider, are changed in place, until some rows are dropped.
  StackedOptimizer(std::vector<at::Tensor> values, const TrainingOptions& options,
                   AdamWKernel kernel = AdamWKernel::kFused);

  // One step of the first rows: as many as the gradients have, and no more than in the step before.
  // gradients: one for each value, undefined where nothing came back. Those of a row that are
  // longer than options.max_gradient_norm together are shortened in place.
  void step(const std::vector<at::Tensor>& gradients);

  // Drops all rows but these, (R') int64, which keep their order.
  void keep(const at::Tensor& rows);

  const std::vector<at::Tensor>& values() const { return values_; }

 private:
  void shorten(const std::vector<at::Tensor>& gradients) const;
  // Of the stepped rows, what is kept of their gradients included.
  void step_sgd(const at::Tensor& value, const at::Tensor& velocity,
                const at::Tensor& gradient) const;
  void step_adamw(const at::Tensor& value, const at::Tensor& mean, const at::Tensor& mean_square,
                  const at::Tensor& gradient) const;

  std::vector<at::Tensor> values_;
  TrainingOptions options_;
  AdamWKernel kernel_;
  int64_t steps_ = 0;
  // By value: SGD's momentum, AdamW's mean of the gradients and mean of their squares. Undefined
  // until the value's first gradient.
  std::vector<at::Tensor> first_, second_;
};

}  // namespace eif
