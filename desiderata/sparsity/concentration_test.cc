#include "desiderata/sparsity/concentration.h"

#include <cmath>

#include "gtest/gtest.h"

namespace eif {
namespace {

constexpr double kNan = Matrix::kUnmeasured;

TEST(Gini, IsZeroWhenAllAreEqual) { EXPECT_EQ(gini({2, 2, 2}), 0); }

TEST(Gini, OfOneThatHasEverythingIsTheShareOfTheOthers) { EXPECT_EQ(gini({0, 8, 0, 0}), 0.75); }

TEST(Gini, IsHalfTheMeanDifferenceOverTheMean) {
  // |differences| of the nine ordered pairs of 1, 2, 5: 2 · (1 + 4 + 3) = 16; 16 / 9 / 2 / (8 / 3).
  EXPECT_DOUBLE_EQ(gini({5, 1, 2}), 1.0 / 3);
}

TEST(TopDecileShare, TakesOneInTen) {
  EXPECT_EQ(top_decile_share({1, 1, 1, 1, 1, 1, 1, 1, 1, 3}), 0.25);
}

TEST(TopDecileShare, RoundsTheNumberOfValuesUp) {
  EXPECT_EQ(top_decile_share({1, 1, 8}), 0.8);
  EXPECT_EQ(top_decile_share({2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 5}), 7.0 / 16);
}

TEST(Concentration, OfNothingCannotBeMeasured) {
  for (const std::vector<double>& nothing : {std::vector<double>{}, {0, 0}, {1, kNan, 2}}) {
    EXPECT_TRUE(std::isnan(gini(nothing)));
    EXPECT_TRUE(std::isnan(top_decile_share(nothing)));
  }
}

}  // namespace
}  // namespace eif
