#include "eif/statistics.h"

#include <cmath>
#include <limits>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "suite/sdk/reference_values_for_test.h"

namespace eif {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

using Values = std::vector<double>;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Both sides round differently; none of the data sets cancels more than three digits.
constexpr double kRounding = 1e-12;

// ---- Centres -----------------------------------------------------------------------------------

TEST(CentresTest, AgreeWithNumPy) {
  for (const auto& set : reference_values()["data_sets"]) {
    SCOPED_TRACE(set["name"]);
    const Values values = set["values"];
    EXPECT_NEAR(mean(values), set["mean"], kRounding);
    EXPECT_NEAR(median(values), set["median"], kRounding);
  }
}

TEST(CentresTest, TheMedianIsTheMiddleOrBetweenTheMiddleTwo) {
  EXPECT_EQ(median(Values{9, -1, 2}), 2);
  EXPECT_EQ(median(Values{9, -1, 2, 4}), 3);
}

TEST(CentresTest, TheMedianOfTheLargestNumbersIsOne) {
  constexpr double kLargest = std::numeric_limits<double>::max();
  EXPECT_EQ(median(Values{kLargest, kLargest}), kLargest);
}

TEST(CentresTest, NothingAndWhatWasNotMeasuredHaveNone) {
  for (const Values& values : {Values{}, Values{1, kNaN, 2}}) {
    EXPECT_TRUE(std::isnan(mean(values)));
    EXPECT_TRUE(std::isnan(median(values)));
  }
}

// ---- Ranks -------------------------------------------------------------------------------------

TEST(RanksTest, EqualValuesShareTheMeanOfTheirPlaces) {
  EXPECT_THAT(ranks(Values{5, -1, 5, 2, 5}), ElementsAre(3, 0, 3, 1, 3));
}

TEST(RanksTest, InfinitiesHaveTheirPlace) {
  EXPECT_THAT(ranks(Values{0, kInfinity, -kInfinity}), ElementsAre(1, 2, 0));
}

TEST(RanksTest, NothingAndWhatWasNotMeasuredHaveNone) {
  EXPECT_THAT(ranks(Values{}), IsEmpty());
  EXPECT_THAT(ranks(Values{1, kNaN}), IsEmpty());
}

// ---- Correlations ------------------------------------------------------------------------------

TEST(CorrelationTest, AgreesWithSciPy) {
  for (const auto& pair : reference_values()["correlations"]) {
    SCOPED_TRACE(pair["name"]);
    const Values x = pair["x"], y = pair["y"];
    // Centring values near 1e6 loses six digits of sixteen.
    EXPECT_NEAR(pearson(x, y), pair["pearson"], 1e-9);
    EXPECT_NEAR(spearman(x, y), pair["spearman"], kRounding);
  }
}

// With ties. The numbers are those of scipy.stats.spearmanr, SciPy 1.16; the partial one comes from
// the residuals of scipy.stats.rankdata after numpy.linalg.lstsq.
const Values kX = {3, 1, 4, 1, 5, 9, 2, 6};
const Values kY = {2, 7, 1, 8, 2, 8, 1, 8};
const Values kZ = {1, 4, 1, 4, 2, 1, 3, 5};

TEST(CorrelationTest, OfRanksWithTiesAgreesWithSciPy) {
  EXPECT_NEAR(spearman(kX, kY), 0.19885368120992467, kRounding);
  EXPECT_NEAR(spearman(kX, kZ), -0.33343499034494745, kRounding);
}

TEST(CorrelationTest, OnlyTheOrderCountsForRanks) {
  EXPECT_EQ(spearman(Values{1, 2, 3}, Values{0.1, 7, 1e9}), 1);
  EXPECT_EQ(spearman(Values{1, 2, 3}, Values{5, 4, -1e9}), -1);
}

TEST(CorrelationTest, WhatDoesNotVaryHasNone) {
  EXPECT_TRUE(std::isnan(pearson(Values(3, 0.1), Values{1, 2, 3})));
  EXPECT_TRUE(std::isnan(spearman(Values{1, 2, 3}, Values(3, 0.1))));
  EXPECT_TRUE(std::isnan(pearson(Values{1}, Values{2})));
  EXPECT_TRUE(std::isnan(spearman(Values{}, Values{})));
}

TEST(CorrelationTest, WhatWasNotMeasuredHasNone) {
  EXPECT_TRUE(std::isnan(pearson(Values{1, kNaN, 3}, Values{1, 2, 3})));
  EXPECT_TRUE(std::isnan(spearman(Values{1, kNaN, 3}, Values{1, 2, 3})));
  EXPECT_TRUE(std::isnan(spearman(Values{1, 2, 3}, Values{1, kNaN, 3})));
}

TEST(CorrelationTest, ListsOfOtherLengthsHaveNone) {
  EXPECT_TRUE(std::isnan(pearson(Values{1, 2, 3}, Values{1, 2})));
  EXPECT_TRUE(std::isnan(spearman(Values{1, 2}, Values{1, 2, 3})));
  EXPECT_TRUE(std::isnan(spearman(Values{kNaN, 2}, Values{kNaN, 2, 3})));
}

TEST(CorrelationTest, NeverPassesOne) {
  const Values values = {0.1, 0.2, 0.3, 0.7};
  EXPECT_EQ(spearman(values, values), 1);
  EXPECT_LE(pearson(values, values), 1);
}

TEST(PartialSpearmanTest, IsTheCorrelationOfTheResidualsOfTheRanks) {
  EXPECT_NEAR(partial_spearman(kX, kY, kZ), 0.41181710447710423, kRounding);
}

TEST(PartialSpearmanTest, IsNanWhereNothingIsLeft) {
  EXPECT_TRUE(std::isnan(partial_spearman(Values{1, 2, 3}, Values{1, 3, 2}, Values{1, 2, 3})));
  EXPECT_TRUE(std::isnan(partial_spearman(Values{1, 2, 3}, Values{1, 3, 2}, Values{5, 5, 5})));
}

}  // namespace
}  // namespace eif
