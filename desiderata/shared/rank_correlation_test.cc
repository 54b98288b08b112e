#include "desiderata/shared/rank_correlation.h"

#include <cmath>
#include <vector>

#include "gtest/gtest.h"

namespace eif {
namespace {

// Sums of eight products.
constexpr double kRounding = 1e-14;

// With ties. Expected: scipy.stats.spearmanr, SciPy 1.16; the partial one from the residuals of
// scipy.stats.rankdata after numpy.linalg.lstsq.
const std::vector<double> kX = {3, 1, 4, 1, 5, 9, 2, 6};
const std::vector<double> kY = {2, 7, 1, 8, 2, 8, 1, 8};
const std::vector<double> kZ = {1, 4, 1, 4, 2, 1, 3, 5};

TEST(Spearman, IsSciPys) {
  EXPECT_NEAR(spearman(kX, kY), 0.19885368120992467, kRounding);
  EXPECT_NEAR(spearman(kX, kZ), -0.33343499034494745, kRounding);
}

TEST(Spearman, OnlyTheOrderCounts) {
  EXPECT_EQ(spearman({1, 2, 3}, {0.1, 7, 1e9}), 1);
  EXPECT_EQ(spearman({1, 2, 3}, {5, 4, -1e9}), -1);
}

TEST(Spearman, IsNanWhereAValueIsOrWhereNothingVaries) {
  EXPECT_TRUE(std::isnan(spearman({1, NAN, 3}, {1, 2, 3})));
  EXPECT_TRUE(std::isnan(spearman({1, 2, 3}, {1, NAN, 3})));
  EXPECT_TRUE(std::isnan(spearman({1, 2, 3}, {4, 4, 4})));
  EXPECT_TRUE(std::isnan(spearman({}, {})));
}

TEST(PartialSpearman, IsTheCorrelationOfTheResidualsOfTheRanks) {
  EXPECT_NEAR(partial_spearman(kX, kY, kZ), 0.41181710447710423, kRounding);
}

TEST(PartialSpearman, IsNanWhereNothingIsLeft) {
  EXPECT_TRUE(std::isnan(partial_spearman({1, 2, 3}, {1, 3, 2}, {1, 2, 3})));
  EXPECT_TRUE(std::isnan(partial_spearman({1, 2, 3}, {1, 3, 2}, {5, 5, 5})));
}

}  // namespace
}  // namespace eif
