#include "suite/engine/sgd_steps.h"

namespace eif {

SgdCombination unrolled_sgd(size_t steps, const TrainingOptions& options) {
  SgdCombination weights{1, std::vector<double>(steps, 0.0)};
  SgdCombination buffer{0, std::vector<double>(steps, 0.0)};
  for (size_t step = 0; step < steps; ++step) {
    buffer.base = options.momentum * buffer.base + options.weight_decay * weights.base;
    for (size_t j = 0; j < steps; ++j) {
      buffer.gradients[j] = options.momentum * buffer.gradients[j] +
                            options.weight_decay * weights.gradients[j] + (j == step ? 1.0 : 0.0);
    }
    weights.base -= options.learning_rate * buffer.base;
    for (size_t j = 0; j < steps; ++j) {
      weights.gradients[j] -= options.learning_rate * buffer.gradients[j];
    }
  }
  return weights;
}

at::Tensor shortening(const at::Tensor& norms, double max_norm) {
  return (max_norm / (norms + 1e-6)).clamp_max(1);
}

}  // namespace eif
