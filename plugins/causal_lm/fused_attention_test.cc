#include "plugins/causal_lm/fused_attention.h"

#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include <cmath>
#include <limits>
#include <vector>

#include "plugins/causal_lm/fused_for_test.h"
#include "suite/sdk/threads_for_test.h"

namespace eif {
namespace {

// Keys and values have a head each; a group of queries shares one.
struct Sizes {
  int64_t rows, nodes, key_value_heads, group, width;
  int64_t queries() const { return group * nodes; }
};

// One of all; groups; odd sizes; more queries than are computed together; a single key of many
// heads.
const std::vector<Sizes> kSizes = {
    {1, 1, 1, 1, 1}, {1, 3, 1, 2, 5}, {2, 35, 2, 3, 64}, {1, 150, 2, 3, 16}, {3, 1, 4, 2, 8}};

std::vector<at::Tensor> random_heads(const Sizes& sizes, at::ScalarType type) {
  const std::vector<int64_t> of_keys = {sizes.rows, sizes.key_value_heads, sizes.nodes,
                                        sizes.width};
  std::vector<int64_t> of_queries = of_keys;
  of_queries[2] = sizes.queries();
  // Scaled as models scale queries, so that scores are numbers around 1.
  const double scale = 1 / std::sqrt(static_cast<double>(sizes.width));
  return {random_numbers(of_queries, type) * scale, random_numbers(of_keys, type),
          random_numbers(of_keys, type)};
}

// As projections have them: the heads of a node lie side by side.
at::Tensor heads_side_by_side(const at::Tensor& x) {
  return x.transpose(1, 2).contiguous().transpose(1, 2);
}

const std::vector<TestedView> kViews = {as_it_is, half_of_columns, heads_side_by_side};

TEST(FusedAttentionTest, IsThatOfOperators) {
  for (const Sizes& sizes : kSizes) {
    for (const at::ScalarType type : {at::kDouble, at::kFloat}) {
      for (const int64_t masks : {int64_t{1}, sizes.rows}) {
        const at::Tensor mask = random_mask(masks, sizes.queries(), sizes.nodes, type);
        for (const TestedView& view : kViews) {
          expect_same(
              random_heads(sizes, type),
              [&](const auto& given) { return attended(given[0], given[1], given[2], mask, 0); },
              [&](const auto& given) {
                return composed::attended(given[0], given[1], given[2], mask, 0);
              },
              view,
              [&](const auto& given) {
                return takes_attention_loop(given[0], given[1], given[2], mask, 0);
              });
        }
      }
    }
  }
}

TEST(FusedAttentionTest, WhatHasNoLoopIsComposed) {
  const Sizes sizes = {2, 4, 1, 3, 8};
  const at::Tensor mask = random_mask(1, sizes.queries(), sizes.nodes, at::kFloat);
  const std::vector<at::Tensor> heads = random_heads(sizes, at::kFloat);
  const auto expect_composed = [&](const std::vector<at::Tensor>& of, const at::Tensor& mask_of,
                                   double softcap) {
    EXPECT_FALSE(takes_attention_loop(of[0], of[1], of[2], mask_of, softcap));
    EXPECT_TRUE(at::equal(attended(of[0], of[1], of[2], mask_of, softcap),
                          composed::attended(of[0], of[1], of[2], mask_of, softcap)));
  };
  expect_composed(heads, mask, 5);
  // Keys that are the same for all rows.
  expect_composed({heads[0], heads[1].narrow(0, 0, 1), heads[2].narrow(0, 0, 1)}, mask, 0);
  std::vector<at::Tensor> narrow;
  for (const at::Tensor& one : heads) narrow.push_back(one.to(at::kBFloat16));
  expect_composed(narrow, mask.to(at::kBFloat16), 0);
}

TEST(FusedAttentionTest, ScoresAreBentToStayWithinTheCap) {
  const Sizes sizes = {1, 6, 1, 1, 4};
  const at::Tensor mask = at::zeros({1, 6, 6}, at::kDouble);
  const std::vector<at::Tensor> heads = random_heads(sizes, at::kDouble);
  const at::Tensor scores = at::matmul(heads[0], heads[1].transpose(2, 3));
  const at::Tensor expected = at::matmul(at::softmax((scores / 0.5).tanh() * 0.5, -1), heads[2]);
  expect_near(attended(heads[0], heads[1], heads[2], mask, 0.5),
              expected.transpose(1, 2).flatten(2), "attention with a cap");
}

// Several blocks of queries for each thread, and gradients of keys, which all of them add to.
TEST(FusedAttentionTest, SeveralThreadsGiveTheBitsOfOne) {
  at::manual_seed(11);
  const Sizes sizes = {2, 150, 3, 3, 64};
  const at::Tensor mask = random_mask(2, sizes.queries(), sizes.nodes, at::kFloat);
  std::vector<at::Tensor> heads = random_heads(sizes, at::kFloat);
  for (at::Tensor& one : heads) one.requires_grad_(true);
  const at::Tensor weights = random_numbers({2, 150, 3 * 3 * 64}, at::kFloat);
  const auto results_by = [&](int threads) {
    const ThreadsForTest so_many(threads);
    const at::Tensor value = attended(heads[0], heads[1], heads[2], mask, 0);
    std::vector<at::Tensor> results = torch::autograd::grad({(value * weights).sum()}, heads);
    results.push_back(value);
    return results;
  };
  const std::vector<at::Tensor> by_one = results_by(1);
  for (const int other : {2, 3}) {
    const std::vector<at::Tensor> by_several = results_by(other);
    for (size_t i = 0; i < by_one.size(); ++i) {
      EXPECT_TRUE(at::equal(by_several[i], by_one[i])) << i << " by " << other;
    }
  }
}

// What rows that are the same whatever the others are rely on.
TEST(FusedAttentionTest, ARowHasTheSameBitsByItself) {
  const Sizes sizes = {3, 41, 2, 2, 32};
  const at::Tensor mask = random_mask(1, sizes.queries(), sizes.nodes, at::kFloat);
  const std::vector<at::Tensor> heads = random_heads(sizes, at::kFloat);
  const at::Tensor all = attended(heads[0], heads[1], heads[2], mask, 0);
  const at::Tensor second = attended(heads[0].narrow(0, 1, 1), heads[1].narrow(0, 1, 1),
                                     heads[2].narrow(0, 1, 1), mask, 0);
  EXPECT_TRUE(at::equal(second, all.narrow(0, 1, 1)));
}

TEST(FusedAttentionTest, WhatIsNotVisibleDoesNotMatter) {
  const Sizes sizes = {1, 9, 2, 2, 8};
  const at::Tensor mask = random_mask(1, sizes.queries(), sizes.nodes, at::kFloat);
  // No query but itself sees the last node.
  mask.select(2, 8).masked_fill_(at::arange(sizes.queries()).remainder(9) != 8,
                                 -std::numeric_limits<double>::infinity());
  std::vector<at::Tensor> heads = random_heads(sizes, at::kFloat);
  const at::Tensor before = attended(heads[0], heads[1], heads[2], mask, 0);
  heads[1].select(2, 8).fill_(1e4);
  heads[2].select(2, 8).fill_(-1e4);
  const at::Tensor after = attended(heads[0], heads[1], heads[2], mask, 0);
  EXPECT_TRUE(at::equal(after.narrow(1, 0, 8), before.narrow(1, 0, 8)));
  EXPECT_FALSE(at::equal(after.narrow(1, 8, 1), before.narrow(1, 8, 1)));
}

}  // namespace
}  // namespace eif
