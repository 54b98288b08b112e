#include "plugins/causal_lm/fused_for_test.h"

#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include <limits>

namespace eif {
namespace {

constexpr double kFloat64Rounding = 1e-12;
// The same in float32, whose last bit of 1 is 1.2e-7.
constexpr double kFloat32Rounding = 4e-6;

double rounding_of(const at::Tensor& x) {
  return x.scalar_type() == at::kDouble ? kFloat64Rounding : kFloat32Rounding;
}

struct Result {
  at::Tensor without_gradients, value;
  std::vector<at::Tensor> gradients;
};

}  // namespace

at::Tensor random_numbers(std::vector<int64_t> shape, at::ScalarType type) {
  return at::randn(shape, at::TensorOptions(type));
}

at::Tensor random_mask(int64_t rows, int64_t queries, int64_t keys, at::ScalarType type) {
  const at::Tensor sees = at::rand({rows, queries, keys})
                              .gt(0.6)
                              .logical_or(at::eye(keys).repeat({queries / keys, 1}).to(at::kBool));
  return at::zeros({rows, queries, keys}, at::TensorOptions(type))
      .masked_fill(sees.logical_not(), -std::numeric_limits<double>::infinity());
}

void expect_near(const at::Tensor& found, const at::Tensor& expected, const std::string& of) {
  ASSERT_EQ(found.sizes(), expected.sizes()) << of;
  ASSERT_EQ(found.scalar_type(), expected.scalar_type()) << of;
  const double rounding = rounding_of(expected);
  EXPECT_TRUE(at::allclose(found, expected, rounding, rounding))
      << of << " differs by " << (found - expected).abs().max().item<double>();
}

at::Tensor as_it_is(const at::Tensor& x) { return x; }
at::Tensor half_of_columns(const at::Tensor& x) {
  return at::cat({x, x}, -1).narrow(-1, 0, x.size(-1));
}

void expect_same(const std::vector<at::Tensor>& arguments, const TestedFunction& fused,
                 const TestedFunction& composed, const TestedView& view,
                 const std::function<bool(const std::vector<at::Tensor>&)>& has_loop) {
  at::Tensor weights;
  const auto result_of = [&](const TestedFunction& function) {
    Result result;
    std::vector<at::Tensor> leaves, views;
    for (const at::Tensor& argument : arguments) {
      leaves.push_back(argument.clone().requires_grad_(true));
      views.push_back(view(leaves.back()));
    }
    EXPECT_TRUE(has_loop(views)) << "the loop would not be tested";
    {
      const at::NoGradGuard no_gradients;
      result.without_gradients = function(views);
    }
    result.value = function(views);
    if (!weights.defined()) weights = at::randn_like(result.value);
    result.gradients = torch::autograd::grad({(result.value * weights).sum()}, leaves);
    return result;
  };
  const at::AutoGradMode with_gradients(true);
  const Result found = result_of(fused), expected = result_of(composed);
  expect_near(found.without_gradients, expected.without_gradients, "the value without gradients");
  expect_near(found.value, expected.value, "the value");
  for (size_t i = 0; i < arguments.size(); ++i) {
    expect_near(found.gradients[i], expected.gradients[i], "gradient " + std::to_string(i));
  }
}

}  // namespace eif
