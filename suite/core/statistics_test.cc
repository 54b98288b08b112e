#include "suite/core/statistics.h"

#include <cmath>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "suite/core/random.h"
#include "suite/sdk/reference_values_for_test.h"

namespace eif {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pointwise;

using Values = std::vector<double>;

// Both sides round differently; none of the data sets cancels more than three digits.
constexpr double kRounding = 1e-12;

TEST(StatisticsTest, SpreadAgreesWithNumPy) {
  for (const auto& set : reference_values()["data_sets"]) {
    SCOPED_TRACE(set["name"]);
    const Values values = set["values"];
    EXPECT_NEAR(sample_standard_deviation(values), set["standard_deviation"], kRounding);
  }
}

TEST(StatisticsTest, OneValueHasNoSpread) {
  EXPECT_TRUE(std::isnan(sample_standard_deviation(Values{1.5})));
}

// The mean of ten times 0.1 is rounded to another number.
TEST(StatisticsTest, EqualValuesHaveASpreadOfExactlyZero) {
  EXPECT_EQ(sample_standard_deviation(Values(10, 0.1)), 0);
}

// ---- Bootstrap -------------------------------------------------------------------------------

// Each end lies where the chance of so many resamples can bring it; reference_values.py says how
// that is found.
TEST(BootstrapTest, IntervalsAgreeWithSciPy) {
  const int resamples = reference_values()["resamples"];
  for (const auto& set : reference_values()["data_sets"]) {
    SCOPED_TRACE(set["name"]);
    const Interval interval = bootstrap_mean_bca(set["values"].get<Values>(), 0.95, resamples);
    EXPECT_GE(interval.low, set["low"]["from"].get<double>() - kRounding);
    EXPECT_LE(interval.low, set["low"]["to"].get<double>() + kRounding);
    EXPECT_GE(interval.high, set["high"]["from"].get<double>() - kRounding);
    EXPECT_LE(interval.high, set["high"]["to"].get<double>() + kRounding);
  }
}

TEST(BootstrapTest, IsDeterministic) {
  const Values values = {0.3, 0.1, 0.25, -0.1, 0.4};
  const Interval first = bootstrap_mean_bca(values), second = bootstrap_mean_bca(values);
  EXPECT_EQ(first.low, second.low);
  EXPECT_EQ(first.high, second.high);
}

// What is kept between calls is that of the same number of values and resamples only.
TEST(BootstrapTest, CallsBetweenChangeNothing) {
  const Values five = {0.3, -0.1, 0.2, 0.7, 0.05}, three = {1, 2, 4};
  const Interval alone = bootstrap_mean_bca(five);
  bootstrap_mean_bca(three);
  const Interval few = bootstrap_mean_bca(five, 0.95, 3);
  const Interval again = bootstrap_mean_bca(five);
  EXPECT_EQ(again.low, alone.low);
  EXPECT_EQ(again.high, alone.high);
  EXPECT_NE(few.low, alone.low);
}

TEST(BootstrapTest, OneValueGivesNoInterval) {
  EXPECT_TRUE(std::isnan(bootstrap_mean_bca(Values{0.5}).low));
  EXPECT_TRUE(std::isnan(bootstrap_mean_bca(Values{0.5}).high));
  EXPECT_TRUE(std::isnan(bootstrap_mean_bca(Values{}).low));
}

TEST(BootstrapTest, EqualValuesGiveThemselves) {
  const Interval interval = bootstrap_mean_bca(Values(7, 0.1));
  EXPECT_EQ(interval.low, 0.1);
  EXPECT_EQ(interval.high, 0.1);
}

TEST(BootstrapTest, MoreConfidenceIsWider) {
  const Values values = {0.3, 0.1, 0.25, -0.1, 0.4, 0.2, 0.05};
  const Interval narrow = bootstrap_mean_bca(values, 0.8), wide = bootstrap_mean_bca(values, 0.99);
  EXPECT_LT(wide.low, narrow.low);
  EXPECT_LT(narrow.low, mean(values));
  EXPECT_LT(mean(values), narrow.high);
  EXPECT_LT(narrow.high, wide.high);
}

// Nothing about the interval depends on the unit or the zero of the values. 2^-20 and 0.5 keep all
// sums exact.
TEST(BootstrapTest, FollowsScaleAndShift) {
  const Values values = {0.25, 0.5, -0.125, 0.75, 0.375, 1.5};
  Values changed;
  for (const double value : values) changed.push_back(0.5 + value * 0x1p-20);
  const Interval interval = bootstrap_mean_bca(values), expected = bootstrap_mean_bca(changed);
  EXPECT_NEAR(0.5 + interval.low * 0x1p-20, expected.low, 1e-14);
  EXPECT_NEAR(0.5 + interval.high * 0x1p-20, expected.high, 1e-14);
}

// Tenths have the same ties between a resample and the sample as whole numbers, but for the
// rounding of sums: most ties of the first set are rounded down, most of the second up. Missing
// them would shift the bias correction and with it the interval.
// Cubes of such values are not a double. Powers of two change no digit, but for the last of a
// power.
TEST(BootstrapTest, ValuesOfAnySizeHaveAnInterval) {
  const Values values = {0.25, 1, -0.5, 2, 0.125};
  const Interval unit = bootstrap_mean_bca(values);
  const double spread = sample_standard_deviation(values);
  for (const int exponent : {-1000, -400, 366, 1000}) {  // 2^366: 1e110
    Values large;
    for (const double value : values) large.push_back(std::ldexp(value, exponent));
    const Interval interval = bootstrap_mean_bca(large);
    EXPECT_NEAR(std::ldexp(interval.low, -exponent), unit.low, 1e-14) << exponent;
    EXPECT_NEAR(std::ldexp(interval.high, -exponent), unit.high, 1e-14) << exponent;
    EXPECT_EQ(sample_standard_deviation(large), std::ldexp(spread, exponent)) << exponent;
  }
}

TEST(BootstrapTest, TiesThatRoundingBreaksStillCount) {
  for (const Values& whole : {Values{1, 2, 3, 4, 6, 9, 11, 13}, Values{1, 1, 2, 3, 6, 7}}) {
    Values tenths;
    for (const double value : whole) tenths.push_back(value / 10);
    for (const double confidence : {0.5, 0.8, 0.9, 0.95}) {
      const Interval interval = bootstrap_mean_bca(tenths, confidence);
      const Interval expected = bootstrap_mean_bca(whole, confidence);
      EXPECT_NEAR(interval.low, expected.low / 10, kRounding);
      EXPECT_NEAR(interval.high, expected.high / 10, kRounding);
    }
  }
}

// Efron's correction moves the interval of skewed values towards their long tail.
TEST(BootstrapTest, LeansTowardsTheLongTail) {
  const Values values = {0, 0, 0, 0, 0, 0.1, 0.1, 0.2, 0.3, 3};
  const Interval interval = bootstrap_mean_bca(values);
  EXPECT_GT(interval.high - mean(values), 2 * (mean(values) - interval.low));
}

// One resample lies below, above or at the mean: the bias must stay finite.
TEST(BootstrapTest, StaysFiniteWithOneResample) {
  const Interval interval = bootstrap_mean_bca(Values{0.1, 0.2, 0.4}, 0.95, 1);
  EXPECT_TRUE(std::isfinite(interval.low));
  EXPECT_EQ(interval.low, interval.high);
}

// 500 draws of ten normals. The coverage of BCa at n = 10 is about 90 %, as that of every bootstrap
// of so few; its standard error over 500 draws is 1.3 %.
TEST(BootstrapTest, CoversTheTruth) {
  SeededRandom random(0, "coverage");
  int covered = 0;
  for (int draw = 0; draw < 500; ++draw) {
    Values values(10);
    for (double& value : values) value = random.normal();
    const Interval interval = bootstrap_mean_bca(values, 0.95, 999);
    covered += interval.low <= 0 && 0 <= interval.high ? 1 : 0;
  }
  EXPECT_NEAR(covered / 500.0, 0.90, 4 * 0.013);
}

// ---- Sign flips ------------------------------------------------------------------------------

TEST(SignFlipTest, AgreesWithSciPy) {
  bool enumerated = false, drawn = false;
  for (const auto& set : reference_values()["data_sets"]) {
    SCOPED_TRACE(set["name"]);
    const Values values = set["values"];
    const double exact = set["sign_flip_p"];
    if (values.size() <= kMostValuesEnumerated) {
      EXPECT_NEAR(sign_flip_p(values), exact, kRounding);
      enumerated = true;
    } else {
      // Four standard errors of a share of 99,999 draws, and the one pattern that is added.
      EXPECT_NEAR(sign_flip_p(values), exact, 4 * std::sqrt(exact * (1 - exact) / 99'999) + 1e-5);
      EXPECT_EQ(sign_flip_p(values), sign_flip_p(values));
      drawn = true;
    }
  }
  EXPECT_TRUE(enumerated && drawn);
}

TEST(SignFlipTest, EqualValuesHaveTheSmallestPossibleP) {
  EXPECT_EQ(sign_flip_p(Values(1, 0.3)), 0.5);
  EXPECT_EQ(sign_flip_p(Values(10, 0.3)), 1.0 / 1024);
  EXPECT_EQ(sign_flip_p(Values(16, 0.3)), 1.0 / 65536);
}

TEST(SignFlipTest, RandomPatternsNeverGiveZero) {
  EXPECT_EQ(sign_flip_p(Values(40, 0.3)), 1.0 / 100'000);
}

TEST(SignFlipTest, NoEffectIsNoEvidence) {
  EXPECT_EQ(sign_flip_p(Values(5, 0.0)), 1);
  EXPECT_EQ(sign_flip_p(Values(20, 0.0)), 1);
  EXPECT_EQ(sign_flip_p(Values(5, -0.3)), 1);
  EXPECT_TRUE(std::isnan(sign_flip_p(Values{})));
}

// In exact arithmetic the sum is 0 and five of the eight patterns reach it: 0.6, 0.2, 0.4 and 0
// twice. In doubles one of the zeros is 5.6e-17 and the other −5.6e-17.
TEST(SignFlipTest, TiesThatRoundingBreaksStillCount) {
  EXPECT_EQ(sign_flip_p(Values{0.1, 0.2, -0.3}), 5.0 / 8);
  EXPECT_EQ(sign_flip_p(Values{-0.3, 0.2, 0.1}), 5.0 / 8);
  EXPECT_EQ(sign_flip_p(Values{1e-3, 2e-3, -3e-3}), 5.0 / 8);
}

TEST(SignFlipTest, BeyondABoundIsThatOfWhatIsBeyond) {
  const std::vector<double> values = {0.3, 0.25, -0.5};
  EXPECT_EQ(sign_flip_p_beyond(values, 1, 0.125),
            sign_flip_p(std::vector<double>{0.175, 0.125, -0.625}));
  EXPECT_EQ(sign_flip_p_beyond(values, -1, -0.5), sign_flip_p(std::vector<double>{0.2, 0.25, 1}));
}

// ---- Holm ------------------------------------------------------------------------------------

TEST(HolmTest, AdjustsTheTextbookExample) {
  EXPECT_THAT(holm(Values{0.01, 0.04, 0.03, 0.005}),
              Pointwise(DoubleNear(kRounding), {0.03, 0.06, 0.06, 0.02}));
}

TEST(HolmTest, AgreesWithTheClosureOfBonferroniTests) {
  for (const auto& family : reference_values()["holm"]) {
    const Values p_values = family["p"], adjusted = family["adjusted"];
    EXPECT_THAT(holm(p_values), Pointwise(DoubleNear(kRounding), adjusted));
  }
}

TEST(HolmTest, NoHypothesesNeedNoAdjustment) { EXPECT_THAT(holm(Values{}), IsEmpty()); }

TEST(HolmTest, NeverPassesOne) { EXPECT_THAT(holm(Values{0.7, 0.9}), ElementsAre(1, 1)); }

}  // namespace
}  // namespace eif
