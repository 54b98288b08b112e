// In which precision `replay` multiplies: --precision.
#pragma once

#include <ATen/ATen.h>

#include <string>

#include "absl/status/status.h"
#include "eif/domain.h"

namespace eif {

enum class Precision {
  kExact,  // every product in float32, or in float64 for float64 weights
  // Of texts, the products of differences from the base model in bfloat16, with float32 sums
  // (difference_products.h). Images are measured as if it were kExact: a changed kernel changes all
  // that the next layer reads, and there is no product that rows share.
  kMixed,
  kMixedWide,  // the sums of kMixed with products as wide as those of kExact: the oracle of its tests
};

// Takes "exact" or "mixed".
Precision parse_precision(const std::string& name);

// What "auto" stands for: "mixed" for 16-bit weights and on GPUs, "exact" elsewhere.
std::string automatic_precision(at::ScalarType dtype, at::Device device);

// kInvalidArgument where "mixed" was asked for and there is no such thing.
absl::Status check_mixed(at::ScalarType dtype);
absl::Status check_mixed(const std::string& model, Modality modality);

}  // namespace eif
