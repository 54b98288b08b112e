#include "suite/engine/weight_copies.h"

#include "suite/engine/matrix_product.h"

namespace eif {
namespace {

int64_t wide_bytes(const at::Tensor& weight) {
  const at::ScalarType wide = wide_type(weight);
  if (weight.scalar_type() == wide) return 0;
  return weight.numel() * static_cast<int64_t>(c10::elementSize(wide));
}

}  // namespace

at::Tensor WeightCopies::wide(ParameterId weight) {
  const at::Tensor& value = parameters_[weight].value;
  if (value.scalar_type() == wide_type(value)) return value;
  const std::lock_guard lock(mutex_);
  const auto kept = wide_.find(weight);
  if (kept != wide_.end()) return kept->second;
  if (wide_bytes(value) > wide_bytes_left_) return value;
  wide_bytes_left_ -= wide_bytes(value);
  return wide_[weight] = value.detach().to(wide_type(value));
}

NarrowWeight WeightCopies::narrow(ParameterId weight) {
  const at::Tensor value = parameters_[weight].value.detach();
  const int64_t bytes = narrowed_bytes(value);
  if (bytes == 0) return narrowed(value);
  const std::lock_guard lock(mutex_);
  const auto kept = narrow_.find(weight);
  if (kept != narrow_.end()) return kept->second;
  NarrowWeight made = narrowed(value);
  if (bytes > narrow_bytes_left_) return made;
  narrow_bytes_left_ -= bytes;
  return narrow_[weight] = std::move(made);
}

int64_t wide_copies_bytes(const std::vector<Parameter>& parameters,
                          const std::set<ParameterId>& matrices) {
  int64_t bytes = 0;
  for (const ParameterId weight : matrices) bytes += wide_bytes(parameters[weight].value);
  return bytes;
}

int64_t narrow_copies_bytes(const std::vector<Parameter>& parameters,
                            const std::set<ParameterId>& matrices) {
  int64_t bytes = 0;
  for (const ParameterId weight : matrices) bytes += narrowed_bytes(parameters[weight].value);
  return bytes;
}

}  // namespace eif
