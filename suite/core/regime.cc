#include "suite/core/regime.h"

#include "suite/core/mask.h"

namespace eif {

Regime regime_of(const RunRequest& request, bool is_proportional) {
  const TrainingOptions& training = request.training;
  if (!is_proportional || training.optimizer != Optimizer::kSgd) return {};
  const bool same_mask = masks_training(request.mask) == masks_evaluation(request.mask);
  return {.is_additive = true,
          .is_mutual = same_mask && training.weight_decay == 0 && training.max_gradient_norm == 0,
          .momentum = training.momentum,
          .decays = training.weight_decay != 0,
          .epochs = training.epochs};
}

}  // namespace eif
