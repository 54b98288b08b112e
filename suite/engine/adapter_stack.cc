#include "suite/engine/adapter_stack.h"

#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <functional>
#include <map>
#include <utility>

#include "suite/engine/evaluation.h"

namespace eif {
namespace {

int64_t length_class_of(const Example& example) {
  const auto* text = std::get_if<TextExample>(&example);
  return text == nullptr ? 0 : text->length_class;
}

int64_t longest(const std::vector<Example>& examples) {
  int64_t tokens = 0;
  for (const Example& example : examples) tokens = std::max(tokens, token_count(example));
  return tokens;
}

// The class of each step, or of all where that is one: rows with the same may take their steps
// together.
std::vector<int64_t> length_classes(const std::vector<Example>& examples) {
  std::vector<int64_t> classes;
  for (const Example& example : examples) classes.push_back(length_class_of(example));
  const bool is_one =
      std::adjacent_find(classes.begin(), classes.end(), std::not_equal_to<>()) == classes.end();
  if (is_one) classes.resize(1);
  return classes;
}

// B begins at 0, so that an adapter begins as none.
std::vector<at::Tensor> beginning_of(Model& model, const std::vector<LoraTarget>& targets,
                                     int64_t rows) {
  std::vector<at::Tensor> values;
  for (const LoraTarget& target : targets) {
    values.push_back(target.a.unsqueeze(0).repeat({rows, 1, 1}));
  }
  for (const LoraTarget& target : targets) {
    const int64_t outputs = model.parameters()[target.parameter].value.size(0);
    values.push_back(at::zeros({rows, target.a.size(0), outputs}, target.a.options()));
  }
  return values;
}

}  // namespace

std::vector<std::vector<size_t>> stacked_together(
    const std::vector<const std::vector<Example>*>& rows, const BatchLimits& limits) {
  std::map<std::vector<int64_t>, std::vector<size_t>> alike;  // by their classes
  for (size_t row = 0; row < rows.size(); ++row) alike[length_classes(*rows[row])].push_back(row);
  std::vector<std::vector<size_t>> batches;
  for (const auto& [classes, members] : alike) {
    std::vector<int64_t> sizes;
    for (const size_t row : members) sizes.push_back(longest(*rows[row]));
    for (const std::vector<int64_t>& batch : batches_of_similar_size(sizes, limits)) {
      std::vector<size_t>& chosen = batches.emplace_back();
      for (const int64_t i : batch) chosen.push_back(members[static_cast<size_t>(i)]);
      std::stable_sort(chosen.begin(), chosen.end(),
                       [&](size_t a, size_t b) { return rows[a]->size() > rows[b]->size(); });
    }
  }
  return batches;
}

AdapterStack::AdapterStack(Model& model, const std::vector<LoraTarget>& targets, int64_t rows,
                           const TrainingOptions& options)
    : model_(model),
      targets_(targets),
      scale_(options.lora.scale()),
      optimizer_(beginning_of(model, targets, rows), options) {}

absl::Status AdapterStack::step(const std::vector<const Example*>& examples) {
  const absl::StatusOr<std::vector<at::Tensor>> gradients = gradients_of(examples);
  if (!gradients.ok()) return gradients.status();
  optimizer_.step(*gradients);
  return absl::OkStatus();
}

StepGradients AdapterStack::copy_of(const std::vector<int64_t>& rows) const {
  const at::Tensor places = at::tensor(rows, at::kLong).to(device_of(model_));
  StepGradients copy{.rows = std::ssize(rows)};
  for (size_t i = 0; i < targets_.size(); ++i) {
    copy.inputs.push_back(a(i).index_select(0, places));
    copy.outer_products.push_back({targets_[i].parameter, i, b(i).index_select(0, places)});
  }
  return copy;
}

TunedWeights AdapterStack::weights_of(StepGradients corrections) const {
  const int64_t rows = corrections.rows;
  return TunedWeights(
      model_.parameters(), rows,
      {{0, std::move(corrections), at::full({rows}, scale_, a(0).options().requires_grad(false))}},
      /*base_scale=*/{});
}

void AdapterStack::keep(const std::vector<int64_t>& rows) {
  optimizer_.keep(at::tensor(rows, at::kLong).to(device_of(model_)));
}

// Of the mean over the scored tokens of each example, at the adapters as they are.
absl::StatusOr<std::vector<at::Tensor>> AdapterStack::gradients_of(
    const std::vector<const Example*>& examples) const {
  const at::AutoGradMode with_gradients(true);
  const int64_t rows = std::ssize(examples);
  const auto leaf = [&](const at::Tensor& all) {
    return all.narrow(0, 0, rows).detach().requires_grad_();
  };
  StepGradients corrections{.rows = rows};
  std::vector<at::Tensor> leaves;
  for (size_t i = 0; i < targets_.size(); ++i) {
    leaves.push_back(corrections.inputs.emplace_back(leaf(a(i))));
  }
  for (size_t i = 0; i < targets_.size(); ++i) {
    leaves.push_back(leaf(b(i)));
    corrections.outer_products.push_back({targets_[i].parameter, i, leaves.back()});
  }
  TunedWeights weights = weights_of(std::move(corrections));
  const absl::StatusOr<Losses> losses =
      model_.loss(weights, make_row_batch(examples, device_of(model_)));
  if (!losses.ok()) return losses.status();
  return torch::autograd::grad({(losses->nll / losses->scored).sum()}, leaves, {},
                               /*retain_graph=*/false, /*create_graph=*/false,
                               /*allow_unused=*/true);
}

}  // namespace eif
