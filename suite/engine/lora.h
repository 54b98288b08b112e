// What a LoRA adapter is made of at its beginning: which matrices of a model it adapts, and the
// random numbers that A starts with.
//
//   const absl::StatusOr<std::vector<LoraTarget>> targets = lora_targets(model, options, example);
//
// A matrix W: (O, I) that takes x to W x is used as W x + scale · B A x, A: (rank, I), B: (O,
// rank), B being 0 at first (arXiv 2106.09685). An adapter is in float32 or wider, whatever W is.
#pragma once

#include <ATen/ATen.h>

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "eif/backend.h"
#include "suite/core/training_options.h"

namespace eif {

struct LoraTarget {
  ParameterId parameter = 0;
  at::Tensor a;  // what A starts with, (rank, I), in the wide type and on the device of the matrix
};

// The matrices that options.targets names, in the order of the model's parameters: all that a
// forward pass over `example` gives to Weights::linear and to no other use, but the last one, which
// is the head; or those of them, the head among them, that a pattern fits. kInvalidArgument: a
// pattern that fits none, or one that is used as a table or a convolution; a model with nothing to
// adapt.
absl::StatusOr<std::vector<LoraTarget>> lora_targets(Model& model, const LoraOptions& options,
                                                     const Example& example);

// What A of the matrix with this name starts with: (rank, inputs) float64, uniform in ±1/√inputs,
// which is PyTorch's kaiming_uniform_ with a = √5, as peft takes it. The same on every platform:
// number n, row by row, is (2 u − 1)/√inputs with u = ⌊s_n / 2¹¹⌋ / 2⁵³, s_0, s_1, … being what
// SplitMix64 gives from the state `seed` xor the 64-bit FNV-1a hash of the name.
at::Tensor lora_start(const std::string& name, int64_t rank, int64_t inputs, uint64_t seed);

}  // namespace eif
