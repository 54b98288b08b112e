#include "plugins/cnn/network.h"

#include <ATen/CPUGeneratorImpl.h>

#include <cmath>
#include <string>

namespace eif {
namespace {

// Where each parameter stands in initial_parameters().
enum : ParameterId {
  kConv1Weight,
  kConv1Bias,
  kConv2Weight,
  kConv2Bias,
  kHiddenWeight,
  kHiddenBias,
  kOutputWeight,
  kOutputBias,
};

constexpr int64_t kConv1Channels = 32;
constexpr int64_t kConv2Channels = 64;
constexpr int64_t kKernel = 3;
constexpr int64_t kHidden = 128;
// The width of an image after each layer: 28 → 26 → 13 → 11 → 5
constexpr int64_t kPooledSize = ((kImageSize - 2) / 2 - 2) / 2;

// The channels of a convolution are three dimensions from the end.
constexpr int64_t kChannelDimension = -3;

// Convolves, pools 2×2 by the maximum, and applies bias and ReLU: (R, B, C, H, W) → (R, B, O, H'/2,
// W'/2). The largest of four stays the largest when a bias is added and under ReLU, to the bit, so
// pooling comes first and leaves the two a quarter of the work.
at::Tensor convolve_and_pool(Weights& weights, const at::Tensor& x, ParameterId kernel,
                             ParameterId bias) {
  const at::Tensor y = weights.conv2d(x, kernel, /*padding=*/0);
  const at::Tensor pooled = at::max_pool2d(y.flatten(0, 1), 2).unflatten(0, {y.size(0), y.size(1)});
  return at::relu(weights.bias(pooled, bias, kChannelDimension));
}

}  // namespace

std::vector<Parameter> initial_parameters(uint64_t seed) {
  at::Generator generator = at::detail::createCPUGenerator(seed);
  std::vector<Parameter> parameters;
  const auto add_layer = [&](const std::string& name, const std::vector<int64_t>& weight_shape) {
    const at::Tensor weight = at::empty(weight_shape);
    const double bound = 1.0 / std::sqrt(static_cast<double>(weight[0].numel()));
    parameters.push_back({name + ".weight", weight.uniform_(-bound, bound, generator)});
    parameters.push_back(
        {name + ".bias", at::empty({weight_shape[0]}).uniform_(-bound, bound, generator)});
  };
  add_layer("conv1", {kConv1Channels, 1, kKernel, kKernel});
  add_layer("conv2", {kConv2Channels, kConv1Channels, kKernel, kKernel});
  add_layer("hidden", {kHidden, kConv2Channels * kPooledSize * kPooledSize});
  add_layer("output", {kClasses, kHidden});
  return parameters;
}

at::Tensor penultimate(Weights& weights, const at::Tensor& pixels) {
  at::Tensor x = convolve_and_pool(weights, pixels, kConv1Weight, kConv1Bias);
  x = convolve_and_pool(weights, x, kConv2Weight, kConv2Bias);
  x = weights.linear(x.flatten(2), kHiddenWeight);
  return at::relu(weights.bias(x, kHiddenBias));
}

at::Tensor logits(Weights& weights, const at::Tensor& pixels) {
  return weights.bias(weights.linear(penultimate(weights, pixels), kOutputWeight), kOutputBias);
}

}  // namespace eif
