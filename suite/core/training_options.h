// How a model is fine-tuned on a sample: what every engine is told, and every report repeats.
//
//   const TrainingOptions training{.optimizer = Optimizer::kSgd, .learning_rate = 1e-4};
#pragma once

namespace eif {

enum class Optimizer { kSgd, kAdamW };

// "sgd", "adamw": what --optimizer takes.
constexpr const char* optimizer_name(Optimizer optimizer) {
  return optimizer == Optimizer::kSgd ? "sgd" : "adamw";
}

// Fine-tuning on a sample: one step per statement, in order, batch size 1, from the base weights.
struct TrainingOptions {
  Optimizer optimizer = Optimizer::kSgd;
  double learning_rate = 0;
  double momentum = 0;  // SGD only
  double weight_decay = 0;
  double max_gradient_norm = 0;  // longer gradients are shortened to it; 0: none are
};

}  // namespace eif
