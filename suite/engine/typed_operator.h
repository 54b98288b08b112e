// Operators of libtorch that only some builds or versions have.
//
//   static const auto linear = typed_operator<OneDnnLinear>("mkldnn::_linear_pointwise");
//   return linear ? linear->call(…) : at::mm(…);
#pragma once

#include <ATen/core/dispatch/Dispatcher.h>

#include <optional>

namespace eif {

// The operator of this name and signature. Nothing where this libtorch has none of the name, or has
// it with other arguments: names that begin with an underscore are no promise.
template <typename Signature>
std::optional<c10::TypedOperatorHandle<Signature>> typed_operator(const char* name) {
  const std::optional<c10::OperatorHandle> found =
      c10::Dispatcher::singleton().findSchema({name, ""});
  if (!found.has_value()) return std::nullopt;
  try {
    return found->typed<Signature>();
  } catch (const c10::Error&) {
    return std::nullopt;
  }
}

}  // namespace eif
