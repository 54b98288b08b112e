#include "domains/images/noise.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "suite/core/random.h"

namespace eif {
namespace {

constexpr int kSide = 200;
constexpr double kPixels = kSide * kSide;

Image picture_of(float ink) { return {kSide, kSide, std::vector<float>(kSide * kSide, ink)}; }

double mean_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

struct Moments {
  double mean, standard_deviation, neighbour_correlation;
};

Moments moments_of(const std::vector<float>& pixels) {
  std::vector<double> values(pixels.begin(), pixels.end());
  const double mean = mean_of(values);
  std::vector<double> squares, products;
  for (size_t i = 0; i < values.size(); ++i) {
    squares.push_back((values[i] - mean) * (values[i] - mean));
    if (i > 0) products.push_back((values[i] - mean) * (values[i - 1] - mean));
  }
  const double variance = mean_of(squares);
  return {mean, std::sqrt(variance), mean_of(products) / variance};
}

// The mean of n normal pixels has the standard error σ/√n, their standard deviation σ/√(2n), their
// correlation 1/√n. A stream that is right misses five standard errors once in two million times,
// and the seed is fixed.
constexpr double kStandardErrors = 5;

TEST(WithNoise, HasTheMomentsItPromises) {
  for (const double sigma : {0.1, 0.25, 0.5, 1.0, 2.0}) {
    SeededRandom random(1, "noise");
    const Moments moments = moments_of(with_noise(picture_of(0.75f), sigma, random).pixels);
    EXPECT_NEAR(moments.mean, 0.75, kStandardErrors * sigma / std::sqrt(kPixels)) << sigma;
    EXPECT_NEAR(moments.standard_deviation, sigma,
                kStandardErrors * sigma / std::sqrt(2 * kPixels))
        << sigma;
    EXPECT_NEAR(moments.neighbour_correlation, 0, kStandardErrors / std::sqrt(kPixels)) << sigma;
  }
}

TEST(WithNoise, IsNotClippedAtPaperOrInk) {
  SeededRandom random(1, "noise");
  const Image noisy = with_noise(picture_of(1.0f), 1.0, random);
  EXPECT_GT(*std::max_element(noisy.pixels.begin(), noisy.pixels.end()), 1.0f);
  EXPECT_LT(*std::min_element(noisy.pixels.begin(), noisy.pixels.end()), 0.0f);
}

TEST(WithNoise, NoNoiseLeavesThePictureAsItIs) {
  SeededRandom random(1, "noise");
  EXPECT_EQ(with_noise(picture_of(0.3f), 0.0, random).pixels, picture_of(0.3f).pixels);
}

TEST(WithNoise, KeepsTheShape) {
  SeededRandom random(1, "noise");
  const Image noisy = with_noise({2, 3, std::vector<float>(6)}, 1.0, random);
  EXPECT_EQ(noisy.height, 2);
  EXPECT_EQ(noisy.width, 3);
  EXPECT_EQ(noisy.pixels.size(), 6u);
}

TEST(WithNoise, EqualStreamsGiveEqualNoise) {
  SeededRandom first(7, "noise"), again(7, "noise"), other_seed(8, "noise");
  const std::vector<float> pixels = with_noise(picture_of(0.5f), 1.0, first).pixels;
  EXPECT_EQ(pixels, with_noise(picture_of(0.5f), 1.0, again).pixels);
  EXPECT_NE(pixels, with_noise(picture_of(0.5f), 1.0, other_seed).pixels);
}

TEST(PureNoise, IsStandardNormalInEveryPixel) {
  SeededRandom random(1, "noise");
  const Image noise = pure_noise(kSide, kSide, random);
  EXPECT_EQ(noise.height, kSide);
  EXPECT_EQ(noise.width, kSide);
  const Moments moments = moments_of(noise.pixels);
  EXPECT_NEAR(moments.mean, 0, kStandardErrors / std::sqrt(kPixels));
  EXPECT_NEAR(moments.standard_deviation, 1, kStandardErrors / std::sqrt(2 * kPixels));
  EXPECT_NEAR(moments.neighbour_correlation, 0, kStandardErrors / std::sqrt(kPixels));
}

// The signature takes no picture; what is left to show is that no draw depends on what the stream
// gave before: the second image is not the first.
TEST(PureNoise, GoesOnInTheStream) {
  SeededRandom random(1, "noise"), again(1, "noise");
  const Image first = pure_noise(4, 4, random);
  const Image second = pure_noise(4, 4, random);
  EXPECT_NE(first.pixels, second.pixels);
  EXPECT_EQ(first.pixels, pure_noise(4, 4, again).pixels);
  EXPECT_EQ(second.pixels, pure_noise(4, 4, again).pixels);
}

}  // namespace
}  // namespace eif
