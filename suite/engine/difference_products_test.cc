#include "suite/engine/difference_products.h"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

#include "suite/engine/matrix_product.h"

namespace eif {
namespace {

constexpr int64_t kNoLimit = std::numeric_limits<int64_t>::max();
constexpr ParameterId kMatrix = 0, kOther = 1;

// Two rows of the base model and three that differ from one of them by 1e-5 of its size, as after a
// small step.
class Differing : public testing::Test {
 protected:
  Differing() {
    at::manual_seed(3);
    parameters_ = {{"matrix", at::randn({70, 48}, at::kDouble)},
                   {"other", at::randn({20, 48}, at::kDouble)}};
    const at::Tensor base = at::randn({2, 9, 48}, at::kDouble);
    const at::Tensor index = at::tensor(rows_.of_row, at::kLong);
    const at::Tensor others =
        base.index_select(0, index) + 1e-5 * at::randn({3, 9, 48}, at::kDouble);
    x_ = at::cat({base, others});
  }

  // The same in another type, weights and all.
  void convert(at::ScalarType dtype) {
    x_ = x_.to(dtype);
    for (Parameter& parameter : parameters_) parameter.value = parameter.value.to(dtype);
  }

  at::Tensor found(const at::Tensor& x, Differences differences, ParameterId weight = kMatrix) {
    WeightCopies copies(parameters_, kNoLimit, kNoLimit);
    return DifferenceProducts(copies, rows_, differences).multiply(x, weight, 5, {});
  }

  // W (x_r − x_0), as far as y = W x has it: what a step changed.
  at::Tensor changes(const at::Tensor& y) const {
    const at::Tensor wide = y.to(at::kDouble);
    return wide.narrow(0, 2, 3) -
           wide.narrow(0, 0, 2).index_select(0, at::tensor(rows_.of_row, at::kLong));
  }

  // ‖changes of y − exact changes‖ / ‖exact changes‖
  double error_of_changes(const at::Tensor& y) const {
    const at::Tensor exact =
        changes(at::matmul(x_.to(at::kDouble), parameters_[kMatrix].value.to(at::kDouble).t()));
    return ((changes(y) - exact).norm() / exact.norm()).item<double>();
  }

  std::vector<Parameter> parameters_;
  const BaseRows rows_{2, {1, 0, 1}};
  at::Tensor x_;
};

TEST_F(Differing, UnroundedTheProductIsThatOfX) {
  const at::Tensor expected = at::matmul(x_, parameters_[kMatrix].value.t());
  const at::Tensor y = found(x_, Differences::kWide);
  ASSERT_EQ(y.sizes(), expected.sizes());
  // Sums of 48 terms of the order of 1 in float64.
  EXPECT_LE((y - expected).abs().max().item<double>(), 1e-13);
}

TEST_F(Differing, XMayHaveMoreDimensions) {
  const at::Tensor folded = x_.view({5, 3, 3, 48});
  EXPECT_TRUE(at::equal(found(folded, Differences::kWide).flatten(1, 2),
                        found(x_, Differences::kWide)));
}

TEST_F(Differing, WhatAllRowsShareIsMultipliedOnce) {
  const at::Tensor shared = x_.narrow(0, 0, 1);
  EXPECT_TRUE(at::equal(found(shared, Differences::kRounded),
                        product(shared, parameters_[kMatrix].value)));
}

TEST_F(Differing, WhatRowsAddIsAdded) {
  const RowProducts added{3, at::randn({2, 9, 4}, at::kDouble), at::randn({2, 4, 70}, at::kDouble)};
  at::Tensor expected = at::matmul(x_, parameters_[kMatrix].value.t());
  expected.narrow(0, 3, 2).add_(at::bmm(added.a, added.b));
  WeightCopies copies(parameters_, kNoLimit, kNoLimit);
  const at::Tensor y =
      DifferenceProducts(copies, rows_, Differences::kWide).multiply(x_, kMatrix, 5, {&added, 1});
  EXPECT_LE((y - expected).abs().max().item<double>(), 1e-13);
}

// Each factor is rounded by up to 2⁻⁹ of itself, 0.6 · 2⁻⁹ in the mean square, independently. The
// float32 x that both forms are given has lost 6e-8 of its size, 3e-3 of a change of 1e-5 times √2,
// before a product comes; here that does not count, because the exact product is of the same x.
TEST_F(Differing, RoundedTheChangeIsKept) {
  convert(at::kFloat);
  const double error = error_of_changes(found(x_, Differences::kRounded));
  EXPECT_GT(error, 1e-4);  // it was rounded
  EXPECT_LT(error, 1e-2);  // with the float32 rounding of W x, 6e-8 of 7, in a change of 7e-5
}

// The same bound fails for products of the activations in bfloat16: that it can is shown here.
TEST_F(Differing, ProductsOfRoundedActivationsLoseTheChange) {
  convert(at::kFloat);
  const at::Tensor rounded = x_.to(at::kBFloat16).to(at::kFloat);
  EXPECT_GT(error_of_changes(product(rounded, parameters_[kMatrix].value)), 1);
}

TEST_F(Differing, MatricesThatShareTheirInputAreEachTheirOwn) {
  convert(at::kFloat);
  WeightCopies copies(parameters_, kNoLimit, kNoLimit);
  DifferenceProducts products(copies, rows_, Differences::kRounded);
  at::Tensor x = x_.clone();
  products.multiply(x, kMatrix, 5, {});
  EXPECT_TRUE(at::equal(products.multiply(x, kOther, 5, {}), found(x, Differences::kRounded, kOther)));
  x.mul_(2);  // the same tensor with other numbers in it is another input
  EXPECT_TRUE(at::equal(products.multiply(x, kOther, 5, {}), found(x, Differences::kRounded, kOther)));
}

TEST_F(Differing, WeightsOf16BitsAreMultipliedWithTheBaseInFloat32) {
  convert(at::kFloat);
  for (Parameter& parameter : parameters_) parameter.value = parameter.value.to(at::kBFloat16);
  const at::Tensor y = found(x_, Differences::kRounded);
  EXPECT_EQ(y.scalar_type(), at::kFloat);
  EXPECT_LT(error_of_changes(y), 1e-2);
}

}  // namespace
}  // namespace eif
