#include "suite/engine/stacked_optimizer.h"

#include <ATen/core/grad_mode.h>

#include <cmath>
#include <optional>
#include <utility>

#include "suite/engine/sgd_steps.h"
#include "suite/engine/typed_operator.h"

namespace eif {
namespace {

// libtorch's and PyTorch's defaults of AdamW.
constexpr double kBeta1 = 0.9, kBeta2 = 0.999, kEpsilon = 1e-8;

using FusedAdamW = void(at::TensorList, at::TensorList, at::TensorList, at::TensorList,
                        at::TensorList, at::TensorList, double, double, double, double, double,
                        bool, bool, const std::optional<at::Tensor>&,
                        const std::optional<at::Tensor>&);

const std::optional<c10::TypedOperatorHandle<FusedAdamW>>& fused_adamw() {
  static const auto& fused = *new std::optional<c10::TypedOperatorHandle<FusedAdamW>>(
      typed_operator<FusedAdamW>("aten::_fused_adamw_"));
  return fused;
}

}  // namespace

StackedOptimizer::StackedOptimizer(std::vector<at::Tensor> values, const TrainingOptions& options,
                                   AdamWKernel kernel)
    : values_(std::move(values)),
      options_(options),
      kernel_(fused_adamw().has_value() && values_.front().is_cpu() ? kernel : AdamWKernel::kPlain),
      first_(values_.size()),
      second_(values_.size()) {}

void StackedOptimizer::step(const std::vector<at::Tensor>& gradients) {
  const at::NoGradGuard no_gradients;
  ++steps_;
  if (options_.max_gradient_norm > 0) shorten(gradients);
  for (size_t i = 0; i < values_.size(); ++i) {
    if (!gradients[i].defined()) continue;
    // What comes back from a product may be a transposed view, which is slow to read again and
    // again.
    const at::Tensor gradient = gradients[i].contiguous();
    const auto stepped = [&](at::Tensor& of_all) {
      if (!of_all.defined()) of_all = at::zeros_like(values_[i]);
      return of_all.narrow(0, 0, gradient.size(0));
    };
    const at::Tensor value = stepped(values_[i]);
    if (options_.optimizer == Optimizer::kAdamW) {
      step_adamw(value, stepped(first_[i]), stepped(second_[i]), gradient);
    } else {
      step_sgd(value, options_.momentum != 0 ? stepped(first_[i]) : at::Tensor(), gradient);
    }
  }
}

void StackedOptimizer::keep(const at::Tensor& rows) {
  for (std::vector<at::Tensor>* all : {&values_, &first_, &second_}) {
    for (at::Tensor& of_all : *all) {
      if (of_all.defined()) of_all = of_all.index_select(0, rows);
    }
  }
}

void StackedOptimizer::shorten(const std::vector<at::Tensor>& gradients) const {
  at::Tensor squares;  // (R) float64
  for (const at::Tensor& gradient : gradients) {
    if (!gradient.defined()) continue;
    const at::Tensor sum = gradient.flatten(1).to(at::kDouble).pow(2).sum(1);
    squares = squares.defined() ? squares + sum : sum;
  }
  if (!squares.defined()) return;
  const at::Tensor factors = shortening(squares.sqrt(), options_.max_gradient_norm);
  for (at::Tensor gradient : gradients) {
    if (!gradient.defined()) continue;
    std::vector<int64_t> shape(static_cast<size_t>(gradient.dim()), 1);
    shape[0] = -1;
    gradient.mul_(factors.to(gradient.scalar_type()).view(shape));
  }
}

void StackedOptimizer::step_sgd(const at::Tensor& value, const at::Tensor& velocity,
                                const at::Tensor& gradient) const {
  at::Tensor direction = gradient;
  if (options_.weight_decay != 0) direction = direction.add(value, options_.weight_decay);
  if (velocity.defined()) direction = velocity.mul_(options_.momentum).add_(direction);
  value.add_(direction, -options_.learning_rate);
}

void StackedOptimizer::step_adamw(const at::Tensor& value, const at::Tensor& mean,
                                  const at::Tensor& mean_square, const at::Tensor& gradient) const {
  const auto steps = static_cast<double>(steps_);
  if (kernel_ == AdamWKernel::kFused) {
    fused_adamw()->call({value}, {gradient}, {mean}, {mean_square}, {},
                        {at::full({}, steps, at::kFloat)}, options_.learning_rate, kBeta1, kBeta2,
                        options_.weight_decay, kEpsilon, /*amsgrad=*/false, /*maximize=*/false,
                        std::nullopt, std::nullopt);
    return;
  }
  if (options_.weight_decay != 0) value.mul_(1 - options_.learning_rate * options_.weight_decay);
  mean.mul_(kBeta1).add_(gradient, 1 - kBeta1);
  mean_square.mul_(kBeta2).addcmul_(gradient, gradient, 1 - kBeta2);
  // Both means began at 0, which makes them too small in the first steps.
  const double of_mean = 1 - std::pow(kBeta1, steps);
  const double of_square = 1 - std::pow(kBeta2, steps);
  const at::Tensor size = mean_square.sqrt().div_(std::sqrt(of_square)).add_(kEpsilon);
  value.addcdiv_(mean, size, -options_.learning_rate / of_mean);
}

}  // namespace eif
