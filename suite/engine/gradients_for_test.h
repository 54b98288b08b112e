// Gradients formed from their factors, and by autograd: what engines never do, and are held to.
#pragma once

#include <ATen/core/grad_mode.h>

#include <vector>

#include "eif/plain_weights.h"
#include "suite/engine/batching.h"
#include "suite/engine/step_gradients.h"

namespace eif {

// Of every parameter, what a step of row `row` subtracts: Σ_t dy_t x_tᵀ and its relatives.
inline std::vector<at::Tensor> formed(const StepGradients& step,
                                      const std::vector<Parameter>& parameters, int64_t row) {
  std::vector<at::Tensor> gradients;
  for (const Parameter& parameter : parameters)
    gradients.push_back(at::zeros_like(parameter.value));
  for (const OuterProducts& use : step.outer_products) {
    gradients[use.parameter] += at::matmul(use.dy[row].t(), step.inputs[use.input][row]);
  }
  for (const TableRows& use : step.table_rows) {
    gradients[use.parameter].index_add_(0, use.ids[row], use.dy[row]);
  }
  for (const WholeGradient& use : step.whole) gradients[use.parameter] += use.value[row];
  return gradients;
}

// The same with what a step leaves out: ∂L/∂(all parameters).
inline std::vector<at::Tensor> formed_with_padding(const StepGradients& step,
                                                   const std::vector<Parameter>& parameters,
                                                   int64_t row) {
  std::vector<at::Tensor> gradients = formed(step, parameters, row);
  for (const PaddingRow& use : step.padding_rows) gradients[use.parameter][use.id] += use.dy[row];
  return gradients;
}

// A table whose padding learns, as a use without padding would have it.
class LearnedPadding final : public Weights {
 public:
  explicit LearnedPadding(Weights& inner) : inner_(inner) {}
  at::Tensor linear(const at::Tensor& x, ParameterId weight) override {
    return inner_.linear(x, weight);
  }
  at::Tensor embedding(const at::Tensor& ids, ParameterId weight, int64_t) override {
    return inner_.embedding(ids, weight, kNoPadding);
  }
  at::Tensor conv2d(const at::Tensor& x, ParameterId weight, int64_t padding) override {
    return inner_.conv2d(x, weight, padding);
  }
  at::Tensor gain(const at::Tensor& x, ParameterId gain) override { return inner_.gain(x, gain); }
  at::Tensor bias(const at::Tensor& x, ParameterId bias, int64_t dimension) override {
    return inner_.bias(x, bias, dimension);
  }

 private:
  Weights& inner_;
};

// By autograd, of the mean over the scored tokens of one example. all: the padding of tables, too.
inline std::vector<at::Tensor> by_autograd(Model& model, const Example& example, bool all = false) {
  const at::AutoGradMode with_gradients(true);
  std::vector<Parameter> leaves;
  for (const Parameter& parameter : model.parameters()) {
    leaves.push_back({parameter.name, parameter.value.detach().clone(), parameter.trainable});
    leaves.back().value.requires_grad_(parameter.trainable);
  }
  PlainWeights plain(leaves);
  LearnedPadding learned(plain);
  Weights& weights = all ? static_cast<Weights&>(learned) : plain;
  const Losses losses = model.loss(weights, make_batch({&example}, at::kCPU)).value();
  (losses.nll / losses.scored).sum().backward();
  std::vector<at::Tensor> gradients;
  for (const Parameter& leaf : leaves) {
    gradients.push_back(leaf.value.grad().defined() ? leaf.value.grad()
                                                    : at::zeros_like(leaf.value));
  }
  return gradients;
}

inline double inner_product(const std::vector<at::Tensor>& a, const std::vector<at::Tensor>& b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += (a[i] * b[i]).sum().item<double>();
  return sum;
}

inline std::vector<at::Tensor> values_of(const std::vector<Parameter>& parameters) {
  std::vector<at::Tensor> values;
  for (const Parameter& parameter : parameters) {
    values.push_back(parameter.trainable ? parameter.value : at::zeros_like(parameter.value));
  }
  return values;
}

}  // namespace eif
