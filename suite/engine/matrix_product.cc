#include "suite/engine/matrix_product.h"

#include <ATen/core/dispatch/Dispatcher.h>
#include <torch/csrc/autograd/custom_function.h>

#include <optional>
#include <string_view>
#include <vector>

namespace eif {
namespace {

using OneDnnLinear = at::Tensor(const at::Tensor&, const at::Tensor&,
                                const std::optional<at::Tensor>&, std::string_view,
                                c10::List<std::optional<at::Scalar>>,
                                std::optional<std::string_view>);

// Registered by libtorch builds that have oneDNN.
const c10::TypedOperatorHandle<OneDnnLinear>* one_dnn_linear() {
  static const auto* const linear = [] {
    const std::optional<c10::OperatorHandle> found =
        c10::Dispatcher::singleton().findSchema({"mkldnn::_linear_pointwise", ""});
    return found.has_value() && at::hasMKLDNN()
               ? new c10::TypedOperatorHandle<OneDnnLinear>(found->typed<OneDnnLinear>())
               : nullptr;
  }();
  return linear;
}

// x: (M, I), weight: (O, I), of one type → (M, O)
at::Tensor narrow_product(const at::Tensor& x, const at::Tensor& weight) {
  const bool is_float_on_cpu = x.device().is_cpu() && x.scalar_type() == at::kFloat;
  if (is_float_on_cpu && x.numel() > 0 && one_dnn_linear() != nullptr) {
    return one_dnn_linear()->call(x, weight, std::nullopt, "none",
                                  c10::List<std::optional<at::Scalar>>(), "");
  }
  return at::mm(x, weight.t());
}

// x: (M, I), weight: (O, I) → (M, O) in the wide type of `weight`
at::Tensor wide_product(const at::Tensor& x, const at::Tensor& weight) {
  const at::ScalarType wide = wide_type(weight);
  if (weight.scalar_type() == wide) return narrow_product(x.to(wide), weight);
  if (weight.is_cuda()) return at::mm(x.to(weight.scalar_type()), weight.t(), at::kFloat);
  return narrow_product(x.to(wide), weight.to(wide));
}

at::Tensor flat_product(const at::Tensor& x, const at::Tensor& weight) {
  std::vector<int64_t> shape = x.sizes().vec();
  shape.back() = weight.size(0);
  return wide_product(x.reshape({-1, x.size(-1)}), weight).view(shape);
}

struct Product : torch::autograd::Function<Product> {
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& x,
                            const at::Tensor& weight) {
    context->saved_data["weight"] = weight;
    return flat_product(x, weight);
  }
  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list gradients) {
    return {flat_product(gradients[0], context->saved_data["weight"].toTensor().t()), at::Tensor()};
  }
};

}  // namespace

at::Tensor product(const at::Tensor& x, const at::Tensor& weight) {
  const bool needs_gradient = at::GradMode::is_enabled() && x.requires_grad();
  return needs_gradient ? Product::apply(x, weight) : flat_product(x, weight);
}

}  // namespace eif
