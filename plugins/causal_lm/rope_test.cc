#include "plugins/causal_lm/rope.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace eif {
namespace {

// Sines and cosines are float32 numbers below 1, of phases that are float32, too: their rounding at
// the largest phase used here, 100 radians, is 4e-6.
constexpr double kFloatRounding = 1e-5;

at::Tensor at_positions(std::vector<int64_t> positions) {
  return at::tensor(positions, at::kLong).unsqueeze(0);
}

double cosine(const Rotation& rotation, int64_t node, int64_t frequency) {
  return rotation.cosine[0][0][0][node][frequency].item<double>();
}

TEST(RotaryEmbeddingTest, FrequenciesArePowersOfTheta) {
  const RotaryEmbedding rope({.theta = 100, .rotated_width = 4});
  const Rotation rotation = rope.rotation(at_positions({0, 7}), 0, at::kDouble);
  EXPECT_EQ(rotation.cosine.sizes(), (std::vector<int64_t>{1, 1, 1, 2, 2}));
  EXPECT_EQ(cosine(rotation, 0, 0), 1);
  EXPECT_NEAR(cosine(rotation, 1, 0), std::cos(7.0), kFloatRounding);
  EXPECT_NEAR(cosine(rotation, 1, 1), std::cos(7.0 / 10), kFloatRounding);  // 100^(2/4) = 10
}

TEST(RotaryEmbeddingTest, EveryLengthIsOfClass0WithoutLongRope) {
  const RotaryEmbedding rope({.theta = 100, .rotated_width = 4});
  EXPECT_EQ(rope.length_class(1), 0);
  EXPECT_EQ(rope.length_class(1'000'000'000), 0);
}

TEST(RotaryEmbeddingTest, LongRopeChangesFactorsBehindItsOriginalLength) {
  const RotaryEmbedding rope({.theta = 100,
                              .rotated_width = 4,
                              .scaling = LongRope{.short_factors = {1, 2},
                                                  .long_factors = {4, 8},
                                                  .original_max_positions = 32,
                                                  .attention_factor = 1.25}});
  EXPECT_EQ(rope.length_class(32), 0);
  EXPECT_EQ(rope.length_class(33), 1);
  const at::Tensor positions = at_positions({5});
  const Rotation as_short = rope.rotation(positions, 0, at::kDouble);
  const Rotation as_long = rope.rotation(positions, 1, at::kDouble);
  EXPECT_NEAR(cosine(as_short, 0, 0), 1.25 * std::cos(5.0), kFloatRounding);
  EXPECT_NEAR(cosine(as_short, 0, 1), 1.25 * std::cos(5.0 / 20), kFloatRounding);
  EXPECT_NEAR(cosine(as_long, 0, 0), 1.25 * std::cos(5.0 / 4), kFloatRounding);
  EXPECT_NEAR(cosine(as_long, 0, 1), 1.25 * std::cos(5.0 / 80), kFloatRounding);
}

TEST(RotaryEmbeddingTest, Llama3StretchesLongWavelengthsOnly) {
  // Wavelengths are 2π, 2π·10, 2π·100 and 2π·1000 tokens: short, between, long and long.
  const RotaryEmbedding rope({.theta = 10000,
                              .rotated_width = 8,
                              .scaling = Llama3Rope{.factor = 8,
                                                    .low_frequency_factor = 1,
                                                    .high_frequency_factor = 4,
                                                    .original_max_positions = 128}});
  const Rotation rotation = rope.rotation(at_positions({100}), 0, at::kDouble);
  EXPECT_NEAR(cosine(rotation, 0, 0), std::cos(100.0), kFloatRounding);
  const double kept = (128 / (20 * std::numbers::pi) - 1) / (4 - 1);
  EXPECT_NEAR(cosine(rotation, 0, 1), std::cos(100 * ((1 - kept) * 0.1 / 8 + kept * 0.1)),
              kFloatRounding);
  EXPECT_NEAR(cosine(rotation, 0, 2), std::cos(100 * 0.01 / 8), kFloatRounding);
  EXPECT_NEAR(cosine(rotation, 0, 3), std::cos(100 * 0.001 / 8), kFloatRounding);
}

TEST(RotaryEmbeddingTest, PhasesStayFloat32InBfloat16Models) {
  const RotaryEmbedding rope({.theta = 100, .rotated_width = 4});
  const at::Tensor positions = at_positions({1001});  // bfloat16 has 1000 and 1004
  const Rotation rotation = rope.rotation(positions, 0, at::kBFloat16);
  EXPECT_EQ(rotation.cosine.scalar_type(), at::kBFloat16);
  EXPECT_NEAR(cosine(rotation, 0, 0), std::cos(1001.0), 0.004);  // bfloat16 has 8 bits
}

TEST(RotateTest, TurnsPairsAndLeavesTheRest) {
  const RotaryEmbedding rope({.theta = 100, .rotated_width = 4});
  const Rotation rotation = rope.rotation(at_positions({7}), 0, at::kDouble);
  const at::Tensor x = at::tensor({1.0, 2.0, 3.0, 4.0, 5.0, 6.0}).view({1, 1, 1, 1, 6});
  const at::Tensor y = rotate(x, rotation).flatten();
  EXPECT_NEAR(y[0].item<double>(), std::cos(7.0) - 3 * std::sin(7.0), 4 * kFloatRounding);
  EXPECT_NEAR(y[2].item<double>(), 3 * std::cos(7.0) + std::sin(7.0), 4 * kFloatRounding);
  EXPECT_NEAR(y[1].item<double>(), 2 * std::cos(0.7) - 4 * std::sin(0.7), 4 * kFloatRounding);
  EXPECT_NEAR(y[3].item<double>(), 4 * std::cos(0.7) + 2 * std::sin(0.7), 4 * kFloatRounding);
  EXPECT_EQ(y[4].item<double>(), 5);
  EXPECT_EQ(y[5].item<double>(), 6);
}

}  // namespace
}  // namespace eif
