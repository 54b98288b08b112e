#include "plugins/cnn/network.h"

#include <ATen/CPUGeneratorImpl.h>

#include <cmath>
#include <string>

namespace eif {
namespace {

// Positions in initial_parameters().
enum : ParameterId {
  kConv1Weight, kConv1Bias, kConv2Weight, kConv2Bias,
  kHiddenWeight, kHiddenBias, kOutputWeight, kOutputBias,
};

constexpr int64_t kConv1Channels = 32;
constexpr int64_t kConv2Channels = 64;
constexpr int64_t kKernel = 3;
constexpr int64_t kHidden = 128;
// 28 → 26 → 13 → 11 → 5
constexpr int64_t kPooledSize = ((kImageSize - 2) / 2 - 2) / 2;

// Convolution channels are three dimensions from the end.
constexpr int64_t kChannelDimension = -3;

// x: (R, B, C, H, W) → (R, B, C, H/2, W/2)
at::Tensor rectify_and_pool(const at::Tensor& x) {
  return at::max_pool2d(at::relu(x).flatten(0, 1), 2).unflatten(0, {x.size(0), x.size(1)});
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
  at::Tensor x = weights.conv2d(pixels, kConv1Weight, /*padding=*/0);
  x = rectify_and_pool(weights.bias(x, kConv1Bias, kChannelDimension));
  x = weights.conv2d(x, kConv2Weight, /*padding=*/0);
  x = rectify_and_pool(weights.bias(x, kConv2Bias, kChannelDimension));
  x = weights.linear(x.flatten(2), kHiddenWeight);
  return at::relu(weights.bias(x, kHiddenBias));
}

at::Tensor logits(Weights& weights, const at::Tensor& pixels) {
  return weights.bias(weights.linear(penultimate(weights, pixels), kOutputWeight), kOutputBias);
}

}  // namespace eif
