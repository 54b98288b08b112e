#include "suite/engine/fused_adamw.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/_fused_adamw.h>
#include <ATen/ops/full.h>
#include <ATen/ops/zeros_like.h>

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

namespace eif {
namespace {

// The kernel walks over all four tensors as they lie in memory.
bool can_be_fused(const at::Tensor& parameter) {
  const at::Tensor& gradient = parameter.grad();
  if (!gradient.defined()) return true;  // is not stepped
  return (parameter.is_cpu() || parameter.is_cuda()) && gradient.layout() == at::kStrided &&
         parameter.is_contiguous() && gradient.is_contiguous() &&
         gradient.scalar_type() == parameter.scalar_type();
}

const torch::optim::AdamWOptions& options_of(const torch::optim::OptimizerParamGroup& group) {
  return static_cast<const torch::optim::AdamWOptions&>(group.options());
}

// The parameters that have a gradient, with what a step needs of each.
struct Stepped {
  std::vector<at::Tensor> values;
  std::vector<at::Tensor> gradients;
  std::vector<at::Tensor> means;
  std::vector<at::Tensor> mean_squares;
  std::vector<at::Tensor> steps;
};

}  // namespace

torch::optim::AdamWParamState& FusedAdamW::state_of(const at::Tensor& parameter) {
  std::unique_ptr<torch::optim::OptimizerParamState>& state =
      state_[parameter.unsafeGetTensorImpl()];
  if (state == nullptr) {
    auto fresh = std::make_unique<torch::optim::AdamWParamState>();
    fresh->step(0);
    fresh->exp_avg(at::zeros_like(parameter));
    fresh->exp_avg_sq(at::zeros_like(parameter));
    state = std::move(fresh);
  }
  return static_cast<torch::optim::AdamWParamState&>(*state);
}

void FusedAdamW::step_group(torch::optim::OptimizerParamGroup& group) {
  const torch::optim::AdamWOptions& options = options_of(group);
  Stepped stepped;
  int64_t step = 0;  // of the last parameter: that of all, as a rule
  for (const at::Tensor& parameter : group.params()) {
    if (!parameter.grad().defined()) continue;
    torch::optim::AdamWParamState& state = state_of(parameter);
    state.step(state.step() + 1);
    stepped.values.push_back(parameter);
    stepped.gradients.push_back(parameter.grad());
    stepped.means.push_back(state.exp_avg());
    stepped.mean_squares.push_back(state.exp_avg_sq());
    const bool is_as_before = state.step() == step && !stepped.steps.empty();
    step = state.step();
    stepped.steps.push_back(is_as_before ? stepped.steps.back()
                                         : at::full({}, static_cast<double>(step),
                                                    parameter.options().dtype(at::kFloat)));
  }
  if (stepped.values.empty()) return;
  const auto [beta1, beta2] = options.betas();
  at::_fused_adamw_(stepped.values, stepped.gradients, stepped.means, stepped.mean_squares,
                    /*max_exp_avg_sqs=*/{}, stepped.steps, options.lr(), beta1, beta2,
                    options.weight_decay(), options.eps(), /*amsgrad=*/false, /*maximize=*/false);
}

at::Tensor FusedAdamW::step(LossClosure closure) {
  const bool fused =
      closure == nullptr &&
      std::all_of(param_groups().begin(), param_groups().end(),
                  [](torch::optim::OptimizerParamGroup& group) {
                    return !options_of(group).amsgrad() &&
                           std::all_of(group.params().begin(), group.params().end(), can_be_fused);
                  });
  if (!fused) return AdamW::step(std::move(closure));
  const at::NoGradGuard no_gradients;
  for (torch::optim::OptimizerParamGroup& group : param_groups()) step_group(group);
  return {};
}

}  // namespace eif
