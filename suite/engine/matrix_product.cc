#include "suite/engine/matrix_product.h"

#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <optional>
#include <string_view>
#include <vector>

#include "suite/engine/row_products.h"
#include "suite/engine/typed_operator.h"

namespace eif {
namespace {

// Numbers of a 16-bit weight that are widened at once: 1 MiB of float32, which a core's
// second-level cache holds.
constexpr int64_t kWidenedAtOnce = int64_t{1} << 18;

using OneDnnLinear = at::Tensor(const at::Tensor&, const at::Tensor&,
                                const std::optional<at::Tensor>&, std::string_view,
                                c10::List<std::optional<at::Scalar>>,
                                std::optional<std::string_view>);

// Registered by libtorch builds that have oneDNN.
const std::optional<c10::TypedOperatorHandle<OneDnnLinear>>& one_dnn_linear() {
  static const auto& linear = *new std::optional<c10::TypedOperatorHandle<OneDnnLinear>>(
      at::hasMKLDNN() ? typed_operator<OneDnnLinear>("mkldnn::_linear_pointwise") : std::nullopt);
  return linear;
}

// Whether MKL is the faster one for x · W, W as it lies in memory, which is what goes back through
// a layer, and for sums of outer products: oneDNN transposes W first. On an Intel Xeon (family 6,
// model 207) it is so by a tenth for the matrices of SmolLM2's layers and by a third for its head;
// on AMD's processors MKL is slow.
bool is_faster_with_mkl() {
#if defined(__x86_64__) && defined(__GNUC__)
  static const bool is_faster = at::hasMKL() && __builtin_cpu_is("intel");
  return is_faster;
#else
  return false;
#endif
}

bool takes_one_dnn(const at::Tensor& x) {
  return x.device().is_cpu() && x.scalar_type() == at::kFloat && x.numel() > 0 &&
         one_dnn_linear().has_value();
}

// x: (M, I), weight: (O, I), of one type → (M, O)
at::Tensor narrow_product(const at::Tensor& x, const at::Tensor& weight) {
  const bool is_left_to_mkl = weight.stride(1) != 1 && is_faster_with_mkl();
  if (takes_one_dnn(x) && !is_left_to_mkl) {
    return one_dnn_linear()->call(x, weight, std::nullopt, "none",
                                  c10::List<std::optional<at::Scalar>>(), "");
  }
  return at::mm(x, weight.t());
}

// x: (M, I) in the wide type, weight: (O, I) in 16 bits → (M, O). The weight is widened part by
// part: a part is still in the cache when it is multiplied, where a whole weight would be written
// to memory and read again at every use, and would need twice its own size beside it.
at::Tensor widened_product(const at::Tensor& x, const at::Tensor& weight) {
  const int64_t outputs = weight.size(0);
  const int64_t at_once =
      std::max<int64_t>(1, kWidenedAtOnce / std::max<int64_t>(1, weight.size(1)));
  at::Tensor y = at::empty({x.size(0), outputs}, x.options());
  for (int64_t first = 0; first < outputs; first += at_once) {
    const int64_t count = std::min(at_once, outputs - first);
    y.narrow(1, first, count)
        .copy_(narrow_product(x, weight.narrow(0, first, count).to(x.scalar_type())));
  }
  return y;
}

// x: (M, I), weight: (O, I) → (M, O) in the wide type of `weight`
at::Tensor wide_product(const at::Tensor& x, const at::Tensor& weight) {
  const at::ScalarType wide = wide_type(weight);
  if (weight.scalar_type() == wide) return narrow_product(x.to(wide), weight);
  if (!weight.device().is_cpu()) return at::mm(x.to(wide), weight.to(wide).t());
  return widened_product(x.to(wide), weight);
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

void sum_outer_products(const at::Tensor& a, const at::Tensor& b, at::Tensor y) {
  if (a.is_cpu() && !is_faster_with_mkl()) {
    set_to_products(a.transpose(1, 2), b, y);
  } else {
    at::bmm_out(y, a.transpose(1, 2), b);
  }
}

}  // namespace eif
