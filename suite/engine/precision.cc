#include "suite/engine/precision.h"

#include "absl/strings/str_cat.h"

namespace eif {

Precision parse_precision(const std::string& name) {
  return name == "mixed" ? Precision::kMixed : Precision::kExact;
}

std::string automatic_precision(at::ScalarType dtype, at::Device device) {
  if (dtype == at::kDouble) return "exact";
  return dtype == at::kBFloat16 || !device.is_cpu() ? "mixed" : "exact";
}

absl::Status check_mixed(at::ScalarType dtype) {
  if (dtype != at::kDouble) return absl::OkStatus();
  return absl::InvalidArgumentError(
      "--precision mixed multiplies in 16 bits, and --dtype float64 asks for 64; use --precision "
      "exact, or --dtype float32");
}

absl::Status check_mixed(const std::string& model, Modality modality) {
  if (modality == Modality::kText) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "--precision mixed is for texts, and ", model,
      " takes images: a changed convolution changes all that the next one reads, so there is no "
      "product that fine-tuned rows share; use --precision exact"));
}

}  // namespace eif
