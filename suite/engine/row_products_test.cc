#include "suite/engine/row_products.h"

#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include <vector>

#include "suite/sdk/threads_for_test.h"

namespace eif {
namespace {

// Sums of up to 300 products of numbers around 1, in another order.
constexpr double kFloat64Rounding = 1e-12;
constexpr double kFloat32Rounding = 1e-4;

double rounding_of(at::ScalarType type) {
  return type == at::kDouble ? kFloat64Rounding : kFloat32Rounding;
}

at::Tensor random(std::vector<int64_t> shape, at::ScalarType type) {
  return at::randn(shape, at::TensorOptions(type));
}

void expect_near(const at::Tensor& found, const at::Tensor& expected) {
  ASSERT_EQ(found.sizes(), expected.sizes());
  const double rounding = rounding_of(expected.scalar_type());
  EXPECT_TRUE(at::allclose(found, expected, rounding, rounding))
      << "differs by " << (found - expected).abs().max().item<double>();
}

// Columns of a wider matrix, a transposed one, and one row that stands for all.
std::vector<at::Tensor> views_of(const at::Tensor& x) {
  return {x, at::cat({x, x}, -1).narrow(-1, 0, x.size(-1)),
          x.transpose(1, 2).contiguous().transpose(1, 2), x.narrow(0, 0, 1).expand(x.sizes())};
}

TEST(RowProductsTest, ScaledDotProductsAreThoseOfOperators) {
  for (const at::ScalarType type : {at::kDouble, at::kFloat}) {
    const at::Tensor scale = random({3}, type);
    // More positions than are taken at once.
    for (const at::Tensor& a : views_of(random({3, 130, 300}, type))) {
      for (const at::Tensor& b : views_of(random({3, 12, 300}, type))) {
        expect_near(scaled_dot_products(a, b, scale),
                    at::bmm(a, b.transpose(1, 2)) * scale.view({3, 1, 1}));
      }
    }
  }
}

TEST(RowProductsTest, ProductsAreAddedToSomeRows) {
  for (const at::ScalarType type : {at::kDouble, at::kFloat}) {
    const at::Tensor y = random({5, 130, 70}, type);
    for (const at::Tensor& a : views_of(random({3, 130, 12}, type))) {
      for (const at::Tensor& b : views_of(random({3, 12, 70}, type))) {
        at::Tensor expected = y.clone();
        expected.narrow(0, 1, 3).add_(at::bmm(a, b));
        const at::NoGradGuard no_gradients;
        expect_near(plus_products(y.clone(), {1, a, b}, 5), expected);
        // One y for all rows.
        at::Tensor of_first = y.narrow(0, 0, 1).expand({5, -1, -1}).clone();
        of_first.narrow(0, 1, 3).add_(at::bmm(a, b));
        const at::Tensor first = y.narrow(0, 0, 1);
        expect_near(plus_products(first, {1, a, b}, 5), of_first);
        expect_near(first, y.narrow(0, 0, 1));
      }
    }
  }
}

TEST(RowProductsTest, GradientsGoThroughBoth) {
  const at::AutoGradMode with_gradients(true);
  const at::Tensor a = random({2, 6, 4}, at::kDouble).requires_grad_(true);
  const at::Tensor b = random({2, 4, 5}, at::kDouble).requires_grad_(true);
  const at::Tensor y = random({2, 6, 5}, at::kDouble).requires_grad_(true);
  const at::Tensor scale = random({2}, at::kDouble);
  const at::Tensor weights = random({2, 6, 5}, at::kDouble);
  const auto gradients_of = [&](const at::Tensor& sum) {
    return torch::autograd::grad({(sum * weights).sum()}, {a, b, y});
  };
  const at::Tensor b_of_dots = b.transpose(1, 2);
  const std::vector<at::Tensor> found = gradients_of(plus_products(y, {0, a, b}, 2) +
                                                     scaled_dot_products(a, b_of_dots, scale)),
                                expected = gradients_of(y + at::bmm(a, b) +
                                                        at::bmm(a, b) * scale.view({2, 1, 1}));
  for (size_t i = 0; i < found.size(); ++i) expect_near(found[i], expected[i]);
}

TEST(RowProductsTest, SeveralThreadsGiveTheBitsOfOne) {
  const at::Tensor a = random({3, 400, 300}, at::kFloat), b = random({3, 12, 300}, at::kFloat);
  const at::Tensor dy = random({3, 12, 300}, at::kFloat), y = random({3, 400, 300}, at::kFloat);
  const auto result_by = [&](int threads) {
    const ThreadsForTest so_many(threads);
    const at::NoGradGuard no_gradients;
    const at::Tensor dots = scaled_dot_products(a, b, at::ones({3}, at::kFloat));
    return plus_products(y.clone(), {0, dots, dy}, 3);
  };
  const at::Tensor by_one = result_by(1);
  for (const int other : {2, 3}) EXPECT_TRUE(at::equal(result_by(other), by_one)) << other;
}

}  // namespace
}  // namespace eif
