// The convolutional network of the paper's section 2: two convolutions, each with ReLU and 2×2
// max-pooling, then two fully connected layers. 225,034 parameters for 28×28 images.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "eif/backend.h"

namespace eif {

inline constexpr int64_t kImageSize = 28;
inline constexpr int64_t kClasses = 10;

// Draws the network's parameters from U(±1/√fan_in), as torch does for its own layers. They are
// float32 on the CPU.
std::vector<Parameter> initial_parameters(uint64_t seed);

// Computes what the output layer reads, after the ReLU. pixels: (R, B, 1, 28, 28) → (R, B, 128)
at::Tensor penultimate(Weights& weights, const at::Tensor& pixels);

// Computes the logits. pixels: (R, B, 1, 28, 28), ink 1 and paper 0 → (R, B, 10)
at::Tensor logits(Weights& weights, const at::Tensor& pixels);

}  // namespace eif
