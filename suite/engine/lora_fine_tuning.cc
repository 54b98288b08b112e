#include "suite/engine/lora_fine_tuning.h"

#include <ATen/core/grad_mode.h>

#include <utility>

namespace eif {

at::Tensor AdaptedWeights::linear(const at::Tensor& x, ParameterId weight) {
  const at::Tensor y = base_.linear(x, weight);
  const auto found = adapter_.find(weight);
  if (found == adapter_.end()) return y;
  const auto& [a, b] = found->second;
  return y + scale_ * at::matmul(at::matmul(x, a.t()), b.t());
}

LoraFineTuning::LoraFineTuning(Model& model, std::vector<LoraTarget> targets, double scale)
    : model_(model),
      targets_(std::move(targets)),
      masters_(master_weights(model.parameters())),
      weights_(masters_.empty() ? model.parameters() : masters_, adapter_, scale) {
  for (const LoraTarget& target : targets_) {
    const int64_t outputs = model.parameters()[target.parameter].value.size(0);
    const at::Tensor b = at::zeros({outputs, target.a.size(0)}, target.a.options());
    adapter_[target.parameter] = {target.a.clone().requires_grad_(true), b.requires_grad_(true)};
  }
}

std::unique_ptr<OptimizerSteps> LoraFineTuning::begin(const TrainingOptions& options) {
  std::vector<at::Tensor> values;
  for (const auto& [parameter, matrices] : adapter_) {
    values.push_back(matrices.a);
    values.push_back(matrices.b);
  }
  return std::make_unique<OptimizerSteps>(model_, weights_, std::move(values), options);
}

absl::Status LoraFineTuning::restore() {
  const at::NoGradGuard no_gradients;
  for (const LoraTarget& target : targets_) {
    AdaptedWeights::Matrices& matrices = adapter_.at(target.parameter);
    matrices.a.copy_(target.a);
    matrices.b.zero_();
  }
  return absl::OkStatus();
}

}  // namespace eif
