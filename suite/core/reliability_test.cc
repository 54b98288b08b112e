#include "suite/core/reliability.h"

#include <cmath>
#include <limits>
#include <numbers>

#include "gtest/gtest.h"
#include "suite/core/random.h"
#include "suite/sdk/reference_values_for_test.h"

namespace eif {
namespace {

using Values = std::vector<double>;
using Cells = std::vector<Values>;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
// Sums of at most some hundred numbers of the order of 1, in another order than NumPy's.
constexpr double kRounding = 1e-12;

// ---- One expectation -------------------------------------------------------------------------

TEST(SignalToNoise, AgreesWithNumPy) {
  for (const auto& set : reference_values()["data_sets"]) {
    SCOPED_TRACE(set["name"]);
    const double expected =
        std::abs(set["mean"].get<double>()) / set["standard_deviation"].get<double>();
    EXPECT_NEAR(signal_to_noise(set["values"].get<Values>()), expected, kRounding);
  }
}

TEST(SignalToNoise, IsThatOfAMagnitude) {
  EXPECT_EQ(signal_to_noise(Values{-1, -3}), signal_to_noise(Values{1, 3}));
}

TEST(SignalToNoise, NeedsNumbersThatDiffer) {
  EXPECT_TRUE(std::isnan(signal_to_noise(Values{})));
  EXPECT_TRUE(std::isnan(signal_to_noise(Values{2})));
  EXPECT_TRUE(std::isnan(signal_to_noise(Values{0.1, 0.1, 0.1})));
  EXPECT_TRUE(std::isnan(signal_to_noise(Values{1, kNaN, 2})));
}

// 1.959964 / 0.4 = 4.8999, and its square 24.009; 1.959964 / 0.0196 = 100, and a little less.
TEST(SeedsToResolve, IsTheSquareOfTheQuantileOverTheRatioRoundedUp) {
  EXPECT_EQ(seeds_to_resolve(0.4), 25);
  EXPECT_EQ(seeds_to_resolve(0.0196), 10'000);
  EXPECT_EQ(seeds_to_resolve(50), 2);
}

TEST(SeedsToResolve, IsUnknownWhereItIsHopeless) {
  EXPECT_EQ(seeds_to_resolve(0.0195), std::nullopt);
  EXPECT_EQ(seeds_to_resolve(0), std::nullopt);
  EXPECT_EQ(seeds_to_resolve(kNaN), std::nullopt);
}

// ---- Split halves ----------------------------------------------------------------------------

TEST(SpearmanBrown, DoublesTheLength) {
  EXPECT_EQ(spearman_brown(1), 1);
  EXPECT_EQ(spearman_brown(0), 0);
  EXPECT_DOUBLE_EQ(spearman_brown(0.5), 2.0 / 3);
  EXPECT_DOUBLE_EQ(spearman_brown(-0.5), -2.0 / 3);
  EXPECT_EQ(spearman_brown(-1), -1);
}

TEST(SplitHalf, AgreesWithNumPy) {
  ASSERT_GE(reference_values()["split_half"].size(), 5u);
  for (const auto& set : reference_values()["split_half"]) {
    SCOPED_TRACE(set["name"]);
    EXPECT_NEAR(split_half_reliability(set["per_seed"].get<Cells>()), set["reliability"],
                kRounding);
  }
}

TEST(SplitHalf, SeedsThatAgreeAreReliable) {
  const Values cells = {0.5, -0.25, 1, 0.125};
  EXPECT_NEAR(split_half_reliability(Cells(3, cells)), 1, kRounding);
  EXPECT_NEAR(split_half_reliability(Cells(11, cells)), 1, kRounding);
}

// Cells of a shared pattern and noise of equal variance: two seeds correlate by 1/2, and their ranks
// by ρ = 6/π · asin(1/4) (K. Pearson 1907). The whole of n seeds has nρ / (1 + (n − 1)ρ), by
// Spearman and Brown. Over 20,000 cells a correlation of halves r has a standard error of (1 − r²) /
// √20000 = 0.0013.
TEST(SplitHalf, ManySeedsGiveWhatTheirNoiseAllows) {
  SeededRandom random(7, "planted");
  constexpr size_t kCells = 20'000, kSeeds = 20;
  Cells per_seed(kSeeds, Values(kCells));
  for (size_t cell = 0; cell < kCells; ++cell) {
    const double pattern = random.normal();
    for (Values& own : per_seed) own[cell] = pattern + random.normal();
  }
  const double rho = 6 / std::numbers::pi * std::asin(0.25);
  EXPECT_NEAR(split_half_reliability(per_seed), kSeeds * rho / (1 + (kSeeds - 1) * rho), 0.005);
}

// Nine seeds that agree, and one fifty times as large that has nothing in common with them. Of the
// mean of its half nothing else would be left, and the correlation would be that of chance.
TEST(SplitHalf, OneFarSeedCountsAsOneOfTen) {
  SeededRandom random(9, "planted");
  constexpr size_t kCells = 100;
  Cells per_seed(9, Values(kCells));
  for (size_t cell = 0; cell < kCells; ++cell) {
    const double pattern = random.normal();
    for (Values& own : per_seed) own[cell] = pattern + random.normal();
  }
  const double without = split_half_reliability(per_seed);
  Values& far = per_seed.emplace_back(kCells);
  for (double& cell : far) cell = 50 * random.normal();
  EXPECT_GT(without, 0.85);
  EXPECT_NEAR(split_half_reliability(per_seed), without, 0.06);
}

// One cell that is far larger than all others in every seed is no agreement about the others.
TEST(SplitHalf, OneFarCellCountsAsOneCell) {
  SeededRandom random(10, "planted");
  Cells per_seed(10, Values(100));
  for (Values& own : per_seed) {
    for (double& cell : own) cell = random.normal();
    own[0] = 1000;
  }
  EXPECT_LT(split_half_reliability(per_seed), 0.4);
}

TEST(SplitHalf, IsTheSameAtEveryCall) {
  SeededRandom random(8, "planted");
  Cells per_seed(15, Values(9));
  for (Values& own : per_seed) {
    for (double& cell : own) cell = random.normal();
  }
  EXPECT_EQ(split_half_reliability(per_seed), split_half_reliability(per_seed));
}

TEST(SplitHalf, CellsThatSomeSeedLacksAreLeftOut) {
  const Cells complete = {{1, 2, 4, 3}, {2, 2, 5, 1}, {0, 3, 3, 2}};
  Cells with_holes = complete;
  for (Values& own : with_holes) own.push_back(7);
  with_holes[1][4] = kNaN;
  EXPECT_EQ(split_half_reliability(with_holes), split_half_reliability(complete));
}

TEST(SplitHalf, NeedsSeedsAndCellsThatDiffer) {
  EXPECT_TRUE(std::isnan(split_half_reliability(Cells{})));
  EXPECT_TRUE(std::isnan(split_half_reliability(Cells{{1, 2, 3}})));
  EXPECT_TRUE(std::isnan(split_half_reliability(Cells{{1, 2}, {1, 3}})));
  EXPECT_TRUE(std::isnan(split_half_reliability(Cells{{0.1, 0.1, 0.1}, {1, 2, 3}})));
}

}  // namespace
}  // namespace eif
