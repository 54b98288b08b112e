#include "plugins/causal_lm/fused.h"

#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "eif/vector_loops.h"
#include "plugins/causal_lm/fused_for_test.h"
#include "suite/sdk/threads_for_test.h"

namespace eif {
namespace {

TEST(ExponentialTest, IsWithinTwoUnitsInTheLastPlace) {
  constexpr float kStep = 0.00317f;  // 55,000 numbers, and hardly two with the same fraction
  for (float x = -87.2f; x < 88.2f; x += kStep) {
    const double exact = std::exp(static_cast<double>(x));
    ASSERT_NEAR(exponential(x) / exact, 1, 2 * 0x1p-23) << "of " << x;
  }
}

TEST(ExponentialTest, IsZeroFarBelowAndOneAtZero) {
  EXPECT_EQ(exponential(-std::numeric_limits<float>::infinity()), 0);
  EXPECT_EQ(exponential(-100.0f), 0);
  EXPECT_EQ(exponential(0.0f), 1);
}

bool all_take_loops(const std::vector<at::Tensor>& arguments) {
  return std::all_of(arguments.begin(), arguments.end(), takes_loop);
}

// One row and one number up to what needs several lanes and threads, odd sizes included.
const std::vector<std::vector<int64_t>> kShapes = {
    {1, 1, 1}, {1, 1, 37}, {1, 5, 32}, {3, 7, 129}, {2, 41, 576}};

// ---- Norms -------------------------------------------------------------------------------------

void expect_same_norm(const at::Tensor& x, const TestedView& view) {
  constexpr double kEpsilon = 1e-5;
  expect_same(
      {x}, [](const auto& given) { return divided_by_rms(given[0], kEpsilon); },
      [](const auto& given) { return composed::divided_by_rms(given[0], kEpsilon); }, view,
      all_take_loops);
}

TEST(FusedTest, DividedByRmsIsThatOfOperators) {
  for (const auto& shape : kShapes) {
    for (const at::ScalarType type : {at::kDouble, at::kFloat}) {
      expect_same_norm(random_numbers(shape, type), as_it_is);
      expect_same_norm(random_numbers(shape, type), half_of_columns);
    }
  }
}

TEST(FusedTest, ARowOfZerosIsDividedByTheRootOfEpsilon) {
  const at::Tensor x = at::zeros({1, 2, 5});
  EXPECT_TRUE(at::equal(divided_by_rms(x, 1e-5), x));
}

// ---- MLP ---------------------------------------------------------------------------------------

void expect_same_gate(const at::Tensor& gate, const at::Tensor& up, const TestedView& view) {
  expect_same(
      {gate, up}, [](const auto& given) { return silu_times(given[0], given[1]); },
      [](const auto& given) { return composed::silu_times(given[0], given[1]); }, view,
      all_take_loops);
}

TEST(FusedTest, SiluTimesIsThatOfOperators) {
  for (const auto& shape : kShapes) {
    for (const at::ScalarType type : {at::kDouble, at::kFloat}) {
      expect_same_gate(random_numbers(shape, type), random_numbers(shape, type), as_it_is);
      expect_same_gate(random_numbers(shape, type), random_numbers(shape, type), half_of_columns);
    }
  }
}

TEST(FusedTest, SiluOfLargeNumbersIsTheNumberOrZero) {
  for (const at::ScalarType type : {at::kDouble, at::kFloat}) {
    const at::Tensor gate = at::tensor({-1000.0, -90.0, 0.0, 90.0, 1000.0}).to(type).unsqueeze(0);
    const at::Tensor expected = at::tensor({0.0, 0.0, 0.0, 90.0, 1000.0}).to(type).unsqueeze(0);
    EXPECT_TRUE(at::allclose(silu_times(gate, at::ones_like(gate)), expected, 0, 1e-30));
  }
}

TEST(FusedTest, WhatIsNotANumberStaysSo) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const at::ScalarType type : {at::kDouble, at::kFloat}) {
    const at::Tensor x = at::tensor({1.0, nan}).to(type).view({1, 1, 1, 2});
    EXPECT_TRUE(silu_times(x, at::ones_like(x)).isnan().flatten()[1].item<bool>());
    EXPECT_TRUE(divided_by_rms(x, 1e-5).isnan().all().item<bool>());
    EXPECT_TRUE(
        shares_of_scores(x.clone(), at::zeros({1, 1, 2}, x.options())).isnan().all().item<bool>());
  }
}

TEST(FusedTest, WhatHasNoLoopIsComposed) {
  const at::Tensor x = random_numbers({2, 3, 8}).to(at::kBFloat16);
  EXPECT_FALSE(takes_loop(x));
  EXPECT_TRUE(at::equal(silu_times(x, x), composed::silu_times(x, x)));
  const at::Tensor transposed = random_numbers({2, 8, 3}).transpose(1, 2);
  EXPECT_FALSE(takes_loop(transposed));
  expect_near(divided_by_rms(transposed, 1e-5), divided_by_rms(transposed.contiguous(), 1e-5),
              "the norm of columns");
}

// ---- Attention ---------------------------------------------------------------------------------

struct Heads {
  int64_t rows, nodes, key_value_heads, group, width, frequencies;
};

Rotation random_rotation(int64_t rows, const Heads& heads, at::ScalarType type) {
  const at::Tensor angles = random_numbers({rows, 1, 1, heads.nodes, heads.frequencies}, type);
  return {angles.cos(), angles.sin()};
}

TEST(FusedTest, RotatedHeadsAreThoseOfOperators) {
  // One node and head; heads that are turned in part; more keys than one, and groups.
  for (const Heads& heads : std::vector<Heads>{
           {1, 1, 1, 1, 2, 1}, {1, 3, 1, 2, 7, 2}, {4, 5, 3, 3, 64, 32}, {2, 9, 2, 1, 10, 5}}) {
    for (const at::ScalarType type : {at::kDouble, at::kFloat}) {
      const at::Tensor x = random_numbers(
          {heads.rows, heads.nodes, heads.key_value_heads * heads.group * heads.width}, type);
      for (const int64_t rotated : {int64_t{1}, heads.rows}) {
        const Rotation rotation = random_rotation(rotated, heads, type);
        for (const auto& view : {as_it_is, half_of_columns}) {
          expect_same(
              {x},
              [&](const auto& given) {
                return rotated_heads(given[0], heads.key_value_heads, heads.width, rotation, 0.3);
              },
              [&](const auto& given) {
                return composed::rotated_heads(given[0], heads.key_value_heads, heads.width,
                                               rotation, 0.3);
              },
              view, all_take_loops);
        }
      }
    }
  }
}

TEST(FusedTest, SharesOfScoresAreThoseOfOperators) {
  for (const Heads& heads : std::vector<Heads>{
           {1, 1, 1, 1, 0, 0}, {1, 3, 1, 2, 0, 0}, {3, 35, 2, 3, 0, 0}, {2, 129, 3, 1, 0, 0}}) {
    const int64_t queries = heads.group * heads.nodes;
    for (const at::ScalarType type : {at::kDouble, at::kFloat}) {
      for (const int64_t masks : {int64_t{1}, heads.rows}) {
        const at::Tensor mask = random_mask(masks, queries, heads.nodes, type);
        // The scores of a model are the result of a product, which may be overwritten.
        expect_same(
            {5 * random_numbers({heads.rows, heads.key_value_heads, queries, heads.nodes}, type)},
            [&](const auto& given) { return shares_of_scores(given[0] * 1, mask); },
            [&](const auto& given) { return composed::shares_of_scores(given[0] * 1, mask); },
            as_it_is, all_take_loops);
      }
    }
  }
}

// Values and gradients of all loops, each of so many numbers that several threads have some. The
// gradient of a softmax is libtorch's.
std::vector<at::Tensor> all_loops() {
  at::manual_seed(11);
  const Heads heads{3, 61, 3, 3, 64, 32};
  const int64_t queries = heads.group * heads.nodes;
  const at::Tensor x =
      random_numbers({heads.rows, heads.nodes, 576}, at::kFloat).requires_grad_(true);
  const at::Tensor up = random_numbers({heads.rows, heads.nodes, 576}, at::kFloat);
  const at::Tensor scores =
      random_numbers({heads.rows, heads.key_value_heads, queries, heads.nodes}, at::kFloat);
  const Rotation rotation = random_rotation(heads.rows, heads, at::kFloat);
  const at::Tensor mask = random_mask(heads.rows, queries, heads.nodes, at::kFloat);
  std::vector<at::Tensor> results = {
      divided_by_rms(x, 1e-5), silu_times(x, up),
      rotated_heads(x, heads.key_value_heads, heads.width, rotation, 0.3),
      shares_of_scores(scores * 1, mask)};
  at::Tensor sum = at::zeros({}, at::kFloat);
  for (const at::Tensor& one : results)
    sum = sum + (one * random_numbers(one.sizes().vec(), at::kFloat)).sum();
  results.push_back(torch::autograd::grad({sum}, {x})[0]);
  return results;
}

// What --deterministic relies on, and the test of what each thread begins with.
TEST(FusedTest, SeveralThreadsGiveTheBitsOfOne) {
  const auto loops_by = [](int threads) {
    const ThreadsForTest so_many(threads);
    return all_loops();
  };
  const std::vector<at::Tensor> by_one = loops_by(1);
  for (const int other : {2, 3}) {
    const std::vector<at::Tensor> by_several = loops_by(other);
    for (size_t i = 0; i < by_one.size(); ++i) {
      EXPECT_TRUE(at::equal(by_several[i], by_one[i])) << i << " by " << other;
    }
  }
}

TEST(FusedTest, WhatIsNotVisibleHasNoShare) {
  const at::Tensor mask = random_mask(1, 9, 9, at::kFloat);
  const at::Tensor shares = shares_of_scores(1000 * random_numbers({1, 2, 9, 9}, at::kFloat), mask);
  EXPECT_TRUE(
      at::equal(shares.masked_select(mask.unsqueeze(1).expand_as(shares) < 0).count_nonzero(),
                at::scalar_tensor(0, at::kLong)));
}

}  // namespace
}  // namespace eif
