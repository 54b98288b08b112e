#include "suite/engine/narrow_product.h"

#include <ATen/TensorIndexing.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "suite/sdk/threads_for_test.h"

namespace eif {
namespace {

struct Shape {
  int64_t rows, positions, inputs, outputs;
};

// Single ones; sizes that no panel, block or instruction divides; more weight than is multiplied at
// once; more positions than a block has.
const Shape kShapes[] = {{1, 1, 1, 1},     {2, 1, 7, 5},      {3, 5, 33, 65},   {2, 64, 32, 64},
                         {2, 65, 64, 128}, {4, 13, 577, 129}, {1, 3, 9000, 70}, {2, 130, 96, 200}};

at::Tensor random(const std::vector<int64_t>& shape) { return at::randn(shape, at::kFloat); }

at::Tensor rounded(const at::Tensor& values) {
  return values.to(at::kBFloat16).to(at::kDouble);
}

std::string described(const Shape& shape) {
  return ::testing::PrintToString(
      std::vector<int64_t>{shape.rows, shape.positions, shape.inputs, shape.outputs});
}

// Each row is added to one of two starts.
struct Factors {
  explicit Factors(const Shape& shape)
      : start(random({2, shape.positions, shape.outputs})),
        x(random({shape.rows, shape.positions, shape.inputs})),
        weight(random({shape.outputs, shape.inputs})) {
    for (int64_t row = 0; row < shape.rows; ++row) start_of_row.push_back(row % 2);
    // The last row adds one thing, and all add another.
    added.push_back({shape.rows - 1, random({1, shape.positions, 5}), random({1, 5, shape.outputs})});
    added.push_back(
        {0, random({shape.rows, shape.positions, 12}), random({shape.rows, 12, shape.outputs})});
  }

  at::Tensor product(bool by_kernel) const {
    const NarrowWeight narrow = narrowed(weight, by_kernel);
    at::Tensor y = at::full({x.size(0), x.size(1), weight.size(0)}, NAN, at::kFloat);
    // Differences from a row of zeros.
    const at::Tensor with_base = at::cat({at::zeros_like(x.narrow(0, 0, 1)), x});
    const std::vector<int64_t> base_of_row(start_of_row.size(), 0);
    plus_narrow_product(start, start_of_row,
                        narrowed_differences(with_base, 1, base_of_row, narrow), narrow, added, y);
    return y;
  }

  at::Tensor start, x, weight;
  std::vector<int64_t> start_of_row;
  std::vector<RowProducts> added;
};

void expect_product_of_rounded_factors(bool by_kernel) {
  at::manual_seed(5);
  for (const Shape& shape : kShapes) {
    const Factors factors(shape);
    const at::Tensor x = rounded(factors.x), weight = rounded(factors.weight);
    const at::Tensor start =
        factors.start.index_select(0, at::tensor(factors.start_of_row, at::kLong)).to(at::kDouble);
    at::Tensor expected = start + at::matmul(x, weight.t());
    at::Tensor size = start.abs() + at::matmul(x.abs(), weight.abs().t());
    for (const RowProducts& one : factors.added) {
      const at::Tensor a = one.a.to(at::kDouble), b = one.b.to(at::kDouble);
      expected.narrow(0, one.first_row, a.size(0)).add_(at::bmm(a, b));
      size.narrow(0, one.first_row, a.size(0)).add_(at::bmm(a.abs(), b.abs()));
    }
    const at::Tensor bound = size * (2e-7 * 2);  // two float32 roundings of each term
    const at::Tensor found = factors.product(by_kernel);
    EXPECT_LE(((found - expected).abs() - bound).max().item<double>(), 0) << described(shape);
  }
}

TEST(NarrowProduct, IsThatOfTheRoundedFactorsInFloat32) {
  expect_product_of_rounded_factors(/*by_kernel=*/false);
}

TEST(NarrowProduct, ByTheKernelItIsTheSame) {
  if (!has_narrow_kernel(at::kCPU)) GTEST_SKIP() << "this processor has no kernel for it";
  expect_product_of_rounded_factors(/*by_kernel=*/true);
}

// The test above, left out, would not see that a processor's kernel is overlooked.
TEST(NarrowProduct, TheKernelIsTakenWhereTheProcessorMultipliesInBfloat16) {
#if defined(__x86_64__) && defined(__GNUC__)
  EXPECT_EQ(has_narrow_kernel(at::kCPU), static_cast<bool>(__builtin_cpu_supports("avx512bf16")));
#else
  EXPECT_FALSE(has_narrow_kernel(at::kCPU));
#endif
}

TEST(NarrowDifferences, AreThoseFromTheBaseRowOfEachRow) {
  at::manual_seed(7);
  const at::Tensor x = random({5, 3, 40}), weight = random({2, 40});
  const std::vector<int64_t> base_of_row = {1, 0, 1};
  const at::Tensor expected =
      (x.narrow(0, 2, 3) - x.index_select(0, at::tensor(base_of_row, at::kLong)))
          .to(at::kBFloat16);
  EXPECT_TRUE(at::equal(narrowed_differences(x, 2, base_of_row, narrowed(weight, false)), expected));
  if (!has_narrow_kernel(at::kCPU)) return;
  const at::Tensor padded = narrowed_differences(x, 2, base_of_row, narrowed(weight, true));
  EXPECT_TRUE(at::equal(padded.narrow(2, 0, 40), expected));
  EXPECT_TRUE(at::equal(padded.narrow(2, 40, padded.size(2) - 40),
                        at::zeros({3, 3, padded.size(2) - 40}, at::kBFloat16)));
}

// A loss that is not finite has to be seen.
TEST(NarrowDifferences, KeepWhatIsNoNumber) {
  const at::Tensor x = at::tensor({0.0f, NAN, -INFINITY, INFINITY}).view({4, 1, 1});
  const std::vector<int64_t> base_of_row = {0, 0, 0};
  const at::Tensor d = narrowed_differences(x, 1, base_of_row, narrowed(random({1, 1})));
  EXPECT_TRUE(std::isnan(d[0][0][0].item<float>()));
  EXPECT_EQ(d[1][0][0].item<float>(), -INFINITY);
  EXPECT_EQ(d[2][0][0].item<float>(), INFINITY);
}

// What --deterministic relies on.
TEST(NarrowProduct, ARowHasTheSameBitsWhateverTheOthersAndTheThreads) {
  at::manual_seed(6);
  const Factors all({3, 70, 100, 150});
  const at::Tensor together = all.product(has_narrow_kernel(at::kCPU));
  for (const int other : {1, 2}) {
    const ThreadsForTest threads(other);
    EXPECT_TRUE(at::equal(all.product(has_narrow_kernel(at::kCPU)), together)) << other;
  }
  Factors alone = all;
  alone.x = all.x.narrow(0, 1, 1).contiguous();
  alone.start_of_row = {1};
  alone.added = {{0, all.added[1].a.narrow(0, 1, 1), all.added[1].b.narrow(0, 1, 1)}};
  EXPECT_TRUE(at::equal(alone.product(has_narrow_kernel(at::kCPU))[0], together[1]));
}

TEST(NarrowProduct, ItsWeightTakesTheBytesItSays) {
  for (const at::ScalarType type : {at::kFloat, at::kBFloat16, at::kHalf}) {
    const at::Tensor weight = random({70, 40}).to(type);
    const NarrowWeight narrow = narrowed(weight);
    const bool is_copy = !narrow.values.is_same(weight);
    EXPECT_EQ(is_copy ? narrow.values.nbytes() : 0, static_cast<size_t>(narrowed_bytes(weight)));
  }
}

// The kernel rounds by a loop of its own.
TEST(NarrowProduct, WeightsOfAllTypesAreRoundedAsLibtorchRounds) {
  at::manual_seed(8);
  at::Tensor weight = random({70, 300}) * at::pow(10, at::randint(-38, 38, {70, 300}));
  weight[3][5] = INFINITY;
  weight[69][299] = NAN;
  // A sum of one term each: the weights themselves.
  const at::Tensor x = at::cat({at::zeros({1, 300, 300}), at::eye(300).unsqueeze(0)});
  const std::vector<int64_t> base_of_row = {0};
  const at::Tensor start = at::zeros({1, 300, 70});
  for (const at::ScalarType type : {at::kFloat, at::kBFloat16, at::kHalf}) {
    const NarrowWeight narrow = narrowed(weight.to(type));
    at::Tensor y = at::empty({1, 300, 70});
    plus_narrow_product(start, base_of_row, narrowed_differences(x, 1, base_of_row, narrow), narrow,
                        {}, y);
    const at::Tensor expected = weight.to(type).to(at::kBFloat16).to(at::kFloat).t();
    // 0 times what is not finite is not a number.
    const at::Tensor is_finite = expected.isfinite().all(0);
    EXPECT_TRUE(at::equal(y[0].index({at::indexing::Slice(), is_finite}),
                          expected.index({at::indexing::Slice(), is_finite})))
        << type;
    EXPECT_TRUE(
        y[0].index({at::indexing::Slice(), is_finite.logical_not()}).isnan().any().item<bool>());
  }
}

}  // namespace
}  // namespace eif
