#include "suite/engine/fine_tuning.h"

#include <ATen/core/grad_mode.h>
#include <torch/optim/sgd.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "suite/engine/batching.h"
#include "suite/engine/encoded_samples.h"
#include "suite/engine/evaluation.h"
#include "suite/engine/fused_adamw.h"
#include "suite/engine/lora_fine_tuning.h"
#include "suite/engine/matrix_product.h"
#include "suite/engine/sgd_steps.h"
#include "suite/formats/digest.h"

namespace eif {
namespace {

std::vector<at::Tensor> trainable_values(const std::vector<Parameter>& parameters) {
  std::vector<at::Tensor> values;
  for (const Parameter& parameter : parameters) {
    if (parameter.trainable) values.push_back(parameter.value);
  }
  return values;
}

std::unique_ptr<torch::optim::Optimizer> make_optimizer(std::vector<at::Tensor> values,
                                                        const TrainingOptions& options) {
  if (options.optimizer == Optimizer::kAdamW) {
    return std::make_unique<FusedAdamW>(
        std::move(values),
        torch::optim::AdamWOptions(options.learning_rate).weight_decay(options.weight_decay));
  }
  return std::make_unique<torch::optim::SGD>(std::move(values),
                                             torch::optim::SGDOptions(options.learning_rate)
                                                 .momentum(options.momentum)
                                                 .weight_decay(options.weight_decay));
}

// The gradients of all values are shortened together.
void shorten_gradients(const std::vector<at::Tensor>& values, double max_norm) {
  const at::NoGradGuard no_gradients;
  at::Tensor squares = at::zeros({}, values.front().options().dtype(at::kDouble));
  for (const at::Tensor& value : values) {
    if (value.grad().defined()) squares += value.grad().to(at::kDouble).pow(2).sum();
  }
  const at::Tensor factor = shortening(squares.sqrt(), max_norm);
  for (const at::Tensor& value : values) {
    at::Tensor gradient = value.grad();
    if (gradient.defined()) gradient.mul_(factor.to(gradient.scalar_type()));
  }
}

bool is_narrow(const Parameter& parameter) {
  const at::Tensor& value = parameter.value;
  return value.is_floating_point() && value.scalar_type() != wide_type(value);
}

}  // namespace

OptimizerSteps::OptimizerSteps(Model& model, Weights& weights, std::vector<at::Tensor> values,
                               const TrainingOptions& options)
    : model_(model),
      weights_(weights),
      values_(std::move(values)),
      max_gradient_norm_(options.max_gradient_norm),
      optimizer_(make_optimizer(values_, options)) {}

OptimizerSteps::~OptimizerSteps() = default;

absl::Status OptimizerSteps::pass(const std::vector<Example>& examples, Copies copies) {
  for (const Example& example : examples) {
    // Statements that share their nodes would be computed once.
    const std::vector<const Example*> batch(copies == Copies::kTwo ? 2 : 1, &example);
    const absl::StatusOr<Losses> losses =
        model_.loss(weights_, make_batch(batch, device_of(model_), SharePrefixes::kNo));
    if (!losses.ok()) return losses.status();
    optimizer_->zero_grad();
    (losses->nll / losses->scored).mean().backward();
    if (max_gradient_norm_ > 0) shorten_gradients(values_, max_gradient_norm_);
    optimizer_->step();
  }
  return absl::OkStatus();
}

absl::Status FineTuning::train(const std::vector<Example>& examples,
                               const TrainingOptions& options) {
  const std::unique_ptr<OptimizerSteps> steps = begin(options);
  for (int epoch = 0; epoch < options.epochs; ++epoch) {
    if (absl::Status status = steps->pass(examples); !status.ok()) return status;
  }
  return absl::OkStatus();
}

std::vector<Parameter> master_weights(const std::vector<Parameter>& parameters) {
  if (std::none_of(parameters.begin(), parameters.end(), is_narrow)) return {};
  std::vector<Parameter> masters;
  for (const Parameter& parameter : parameters) {
    const at::Tensor& value = parameter.value;
    const at::ScalarType type = value.is_floating_point() ? wide_type(value) : value.scalar_type();
    masters.push_back({parameter.name,
                       value.detach().to(type, /*non_blocking=*/false, /*copy=*/true),
                       parameter.trainable});
  }
  return masters;
}

std::string parameter_hash(const std::vector<Parameter>& parameters) {
  Digest digest;
  for (const Parameter& parameter : parameters) {
    digest.add(parameter.name);
    const at::Tensor bytes = parameter.value.detach().to(at::kCPU).contiguous();
    digest.add(bytes.const_data_ptr(), bytes.nbytes());
  }
  return digest.hex();
}

ParameterFineTuning::ParameterFineTuning(Model& model)
    : model_(model),
      masters_(master_weights(model.parameters())),
      hash_(parameter_hash(model.parameters())),
      weights_(trained()) {
  // All copies first: where memory does not suffice for them, nothing has been changed yet.
  for (const Parameter& parameter : model.parameters()) {
    snapshot_.push_back(masters_.empty() ? parameter.value.detach().clone() : parameter.value);
  }
  for (Parameter& parameter : trained()) parameter.value.requires_grad_(parameter.trainable);
}

ParameterFineTuning::~ParameterFineTuning() {
  try {
    copy_back();
    for (Parameter& parameter : trained()) {
      parameter.value.requires_grad_(false);
      parameter.value.mutable_grad().reset();
    }
  } catch (...) {
    // What is on its way out already says what went wrong: copying fails after an error of the
    // device, which every later call on it meets, too. After a success restore() has copied.
  }
}

std::unique_ptr<OptimizerSteps> ParameterFineTuning::begin(const TrainingOptions& options) {
  return std::make_unique<OptimizerSteps>(model_, weights_, trainable_values(trained()), options);
}

void ParameterFineTuning::copy_back() {
  const at::NoGradGuard no_gradients;
  std::vector<Parameter>& parameters = trained();
  for (size_t i = 0; i < parameters.size(); ++i) parameters[i].value.copy_(snapshot_[i]);
}

absl::Status ParameterFineTuning::restore() {
  copy_back();
  const std::string hash = parameter_hash(model_.parameters());
  if (hash == hash_) return absl::OkStatus();
  return absl::InternalError(
      absl::StrCat("the base weights could not be restored: hash ", hash, " instead of ", hash_,
                   "; the model's parameters() must hand out the same tensors at every call"));
}

absl::StatusOr<std::unique_ptr<FineTuning>> begin_fine_tuning(Model& model,
                                                              const std::vector<Sample>& samples,
                                                              const TrainingOptions& options) {
  // Where no sample can be encoded, none is trained on, and it does not matter what would be
  // trained.
  const std::optional<Example> example = first_statement(model, samples);
  if (options.adapter == Adapter::kNone || !example.has_value()) {
    return std::make_unique<ParameterFineTuning>(model);
  }
  absl::StatusOr<std::vector<LoraTarget>> targets = lora_targets(model, options.lora, *example);
  if (!targets.ok()) return targets.status();
  return std::make_unique<LoraFineTuning>(model, *std::move(targets), options.lora.scale());
}

}  // namespace eif
