#include "suite/engine/matrix_product.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "suite/engine/typed_operator.h"

namespace eif {
namespace {

struct Shape {
  std::vector<int64_t> x;  // …, inputs
  int64_t outputs;
};

// One row, one input, one output; sizes that no vector length divides; more inputs than a cache
// holds; more dimensions than two.
const Shape kShapes[] = {{{1, 1}, 1},      {{1, 7}, 5},     {{1, 577}, 1537},  {{3, 1}, 2},
                         {{13, 31}, 1},    {{17, 33}, 129}, {{64, 64}, 64},    {{2, 5, 19}, 23},
                         {{1, 1, 576}, 1}, {{5, 20000}, 3}, {{2, 3, 4, 5}, 6}, {{129, 1000}, 7}};

at::Tensor random(const std::vector<int64_t>& shape) { return at::randn(shape, at::kDouble); }

std::string described(const Shape& shape) {
  return ::testing::PrintToString(shape.x) + " to " + std::to_string(shape.outputs);
}

// Σ|x·w| of each cell times the rounding of one float32 operation, of which there are two for each
// of `inputs` terms; a random walk makes much less of it.
at::Tensor float32_bound(const at::Tensor& x, const at::Tensor& weight) {
  return at::matmul(x.abs(), weight.abs().t()) * (2e-7 * 2);
}

void expect_product(const at::Tensor& found, const at::Tensor& x, const at::Tensor& weight,
                    const std::string& what) {
  const at::Tensor expected = at::matmul(x, weight.t());
  ASSERT_EQ(found.sizes(), expected.sizes()) << what;
  EXPECT_EQ(found.scalar_type(), at::kFloat) << what;
  const at::Tensor excess = (found.to(at::kDouble) - expected).abs() - float32_bound(x, weight);
  EXPECT_LE(excess.max().item<double>(), 0) << what;
}

// The path that a run in float32 spends its time in, beside float64.
TEST(Product, InFloat32IsThatOfFloat64) {
  at::manual_seed(5);
  for (const Shape& shape : kShapes) {
    const at::Tensor x = random(shape.x).to(at::kFloat);
    const at::Tensor weight = random({shape.outputs, shape.x.back()}).to(at::kFloat);
    expect_product(product(x, weight), x.to(at::kDouble), weight.to(at::kDouble), described(shape));
  }
}

// As the backward pass and products of gradients have them: a transposed weight, and rows of which
// only some are taken.
TEST(Product, TakesTensorsThatAreNotContiguous) {
  at::manual_seed(6);
  for (const Shape& shape : kShapes) {
    const int64_t inputs = shape.x.back();
    const at::Tensor weight = random({inputs, shape.outputs}).to(at::kFloat).t();
    std::vector<int64_t> wider = shape.x;
    wider.back() += 3;
    const at::Tensor x = random(wider).to(at::kFloat).narrow(-1, 2, inputs);
    expect_product(product(x, weight), x.to(at::kDouble), weight.to(at::kDouble), described(shape));
  }
}

TEST(Product, HasTheGradientOfAMatrixProduct) {
  at::manual_seed(7);
  for (const Shape& shape : kShapes) {
    const at::Tensor weight = random({shape.outputs, shape.x.back()}).to(at::kFloat);
    const at::Tensor x = random(shape.x).to(at::kFloat).requires_grad_(true);
    const at::Tensor y = product(x, weight);
    const at::Tensor dy = at::randn(y.sizes(), at::kFloat);
    y.backward(dy);
    expect_product(x.grad(), dy.to(at::kDouble), weight.t().to(at::kDouble), described(shape));
  }
}

TEST(Product, OfNoRowsIsEmpty) {
  EXPECT_EQ(product(at::empty({0, 4}), at::ones({3, 4})).sizes(), (std::vector<int64_t>{0, 3}));
}

TEST(Product, OfBfloat16WeightsIsSummedInFloat32) {
  at::manual_seed(8);
  for (const Shape& shape : kShapes) {
    const at::Tensor x = random(shape.x).to(at::kFloat);
    const at::Tensor weight = random({shape.outputs, shape.x.back()}).to(at::kBFloat16);
    expect_product(product(x, weight), x.to(at::kDouble), weight.to(at::kDouble), described(shape));
  }
}

TEST(Product, OfFloat64StaysFloat64) {
  const at::Tensor x = random({3, 5}), weight = random({4, 5});
  const at::Tensor y = product(x, weight);
  EXPECT_EQ(y.scalar_type(), at::kDouble);
  EXPECT_LE((y - at::matmul(x, weight.t())).abs().max().item<double>(), 1e-14);
}

using Mm = at::Tensor(const at::Tensor&, const at::Tensor&);
using OtherMm = at::Tensor(const at::Tensor&, int64_t);

TEST(TypedOperator, IsThereWhereNameAndArgumentsAreRight) {
  const auto mm = typed_operator<Mm>("aten::mm");
  ASSERT_TRUE(mm.has_value());
  EXPECT_EQ(mm->call(at::ones({2, 3}), at::ones({3, 1})).sum().item<double>(), 6);
}

// As a later libtorch may have it: then product() takes another way instead of failing.
TEST(TypedOperator, IsMissingWhereTheArgumentsAreOthers) {
  EXPECT_FALSE(typed_operator<OtherMm>("aten::mm").has_value());
  EXPECT_FALSE(typed_operator<Mm>("aten::no_such_operator").has_value());
}

// Of parts of wider tensors, as slices of gradients are.
TEST(SumOuterProducts, InFloat32IsThatOfFloat64) {
  at::manual_seed(9);
  for (const int64_t rows : {1, 3}) {
    for (const int64_t terms : {1, 2, 33, 300}) {
      const at::Tensor all = random({rows, terms, 70}).to(at::kFloat);
      const at::Tensor a = all.narrow(2, 3, 64), b = random({rows, terms, 21}).to(at::kFloat);
      at::Tensor y = at::empty({rows, 64, 21}, at::kFloat);
      sum_outer_products(a, b, y);
      const at::Tensor wide_a = a.to(at::kDouble).transpose(1, 2), wide_b = b.to(at::kDouble);
      const at::Tensor bound = at::bmm(wide_a.abs(), wide_b.abs()) * (2e-7 * 2);
      EXPECT_LE(((y - at::bmm(wide_a, wide_b)).abs() - bound).max().item<double>(), 0)
          << rows << " rows, " << terms << " terms";
    }
  }
}

}  // namespace
}  // namespace eif
