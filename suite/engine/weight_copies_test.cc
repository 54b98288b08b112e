#include "suite/engine/weight_copies.h"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

namespace eif {
namespace {

constexpr int64_t kNoLimit = std::numeric_limits<int64_t>::max();

std::vector<Parameter> two_matrices(at::ScalarType dtype) {
  return {{"a", at::randn({64, 32}).to(dtype)}, {"b", at::randn({128, 32}).to(dtype)}};
}

TEST(WeightCopies, AWideMatrixIsTakenAsItIs) {
  const std::vector<Parameter> parameters = two_matrices(at::kFloat);
  WeightCopies copies(parameters, kNoLimit, kNoLimit);
  EXPECT_TRUE(copies.wide(0).is_same(parameters[0].value));
  EXPECT_EQ(wide_copies_bytes(parameters, {0, 1}), 0);
}

TEST(WeightCopies, ANarrowOneIsWidenedOnce) {
  const std::vector<Parameter> parameters = two_matrices(at::kBFloat16);
  WeightCopies copies(parameters, kNoLimit, kNoLimit);
  const at::Tensor wide = copies.wide(1);
  EXPECT_TRUE(at::equal(wide, parameters[1].value.to(at::kFloat)));
  EXPECT_TRUE(copies.wide(1).is_same(wide));
  EXPECT_EQ(wide_copies_bytes(parameters, {0, 1}), (64 + 128) * 32 * 4);
}

TEST(WeightCopies, WhatDoesNotFitStaysAsItIs) {
  const std::vector<Parameter> parameters = two_matrices(at::kBFloat16);
  WeightCopies copies(parameters, /*wide_bytes=*/64 * 32 * 4, /*narrow_bytes=*/0);
  EXPECT_TRUE(copies.wide(1).is_same(parameters[1].value));
  EXPECT_EQ(copies.wide(0).scalar_type(), at::kFloat);
}

TEST(WeightCopies, ForProductsIn16BitsAreKeptAsFarAsTheyFit) {
  // Of this type they are copied on all processors.
  const std::vector<Parameter> parameters = two_matrices(at::kHalf);
  WeightCopies copies(parameters, 0, narrow_copies_bytes(parameters, {0}));
  const NarrowWeight large = copies.narrow(1), small = copies.narrow(0);
  EXPECT_FALSE(copies.narrow(1).values.is_same(large.values));
  EXPECT_TRUE(copies.narrow(0).values.is_same(small.values));
  EXPECT_TRUE(at::equal(copies.narrow(1).values, large.values));
}

}  // namespace
}  // namespace eif
