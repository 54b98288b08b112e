// The plainest interpreter of a forward pass: every use sees the parameters as they are.
// Differentiable, so that one backward pass gives their gradients.
//
//   PlainWeights weights(model.parameters());
//   absl::StatusOr<Losses> losses = model.loss(weights, batch);  // R as in the batch
#pragma once

#include <vector>

#include "eif/backend.h"
#include "eif/convolution.h"

namespace eif {

class PlainWeights final : public Weights {
 public:
  // `parameters` must outlive this object.
  explicit PlainWeights(const std::vector<Parameter>& parameters) : parameters_(parameters) {}

  at::Tensor linear(const at::Tensor& x, ParameterId weight) override {
    return at::matmul(x, value(weight).t());
  }
  at::Tensor embedding(const at::Tensor& ids, ParameterId weight, int64_t padding) override {
    return at::embedding(value(weight), ids, padding);
  }
  at::Tensor conv2d(const at::Tensor& x, ParameterId weight, int64_t padding) override {
    const at::Tensor y = convolution(x.flatten(0, 1), value(weight), padding);
    return y.unflatten(0, {x.size(0), x.size(1)});
  }
  at::Tensor gain(const at::Tensor& x, ParameterId gain) override { return x * value(gain); }
  at::Tensor bias(const at::Tensor& x, ParameterId bias, int64_t dimension) override {
    std::vector<int64_t> shape(static_cast<size_t>(-dimension), 1);
    shape.front() = -1;
    return x + value(bias).view(shape);
  }

 private:
  const at::Tensor& value(ParameterId id) const { return parameters_[id].value; }

  const std::vector<Parameter>& parameters_;
};

}  // namespace eif
