#include "suite/core/bounded_mean.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <vector>

#include "gtest/gtest.h"
#include "suite/core/random.h"
#include "suite/sdk/reference_values_for_test.h"

namespace eif {
namespace {

using Values = std::vector<double>;

// Twenty weighted means of numbers of at most 1, each right to an epsilon.
constexpr double kRounding = 1e-14;

// Written by reference_values.py, in fractions.
TEST(GaffkePBelow, AgreesWithTheDividedDifference) {
  const nlohmann::json& values = reference_values();
  ASSERT_GE(values["gaffke"].size(), 10u);
  for (const auto& set : values["gaffke"]) {
    EXPECT_NEAR(gaffke_p_below(set["values"].get<Values>(), set["largest"], set["bound"]), set["p"],
                kRounding)
        << set;
  }
}

// By hand: D₁ · 0 + D₂ · 1 ≥ m where D₂ ≥ m. Of n zeros, D_{n+1} is above m with (1 − m)ⁿ.
TEST(GaffkePBelow, OfZerosIsAPower) {
  EXPECT_DOUBLE_EQ(gaffke_p_below(Values{0}, 1, 0.25), 0.75);
  EXPECT_DOUBLE_EQ(gaffke_p_below(Values(10, 0.0), 0.2, 0.1), std::pow(0.5, 10));
  EXPECT_DOUBLE_EQ(gaffke_p_below(Values(5, -0.2), 0.2, 0.1), std::pow(0.25, 5));
}

// Weights drawn as they are defined, from exponential numbers. A share of 100,000 has a standard
// error of 0.0016 at most.
TEST(GaffkePBelow, IsTheShareOfWeightsThatReachTheBound) {
  SeededRandom random(3, "weights");
  const Values values = {0.02, -0.1, 0.15, 0.15, 0.08, 0.0};
  constexpr int kDraws = 100'000;
  int reached = 0;
  for (int draw = 0; draw < kDraws; ++draw) {
    double weighted = 0, total = 0;
    for (size_t i = 0; i <= values.size(); ++i) {
      const double normal = random.normal(), other = random.normal();
      const double weight = normal * normal + other * other;  // exponential
      weighted += weight * (i < values.size() ? values[i] : 0.2);
      total += weight;
    }
    reached += weighted / total >= 0.07 ? 1 : 0;
  }
  EXPECT_NEAR(gaffke_p_below(values, 0.2, 0.07), static_cast<double>(reached) / kDraws, 0.006);
}

TEST(GaffkePBelow, IsOneWhereNothingIsBelow) {
  EXPECT_EQ(gaffke_p_below(Values{0.1, 0.15}, 0.2, 0.1), 1);
}

TEST(GaffkePBelow, GrowsWithEachValueAndNotWithTheirOrder) {
  Values values = {0.0, 0.05, 0.1, 0.02};
  const double p = gaffke_p_below(values, 0.2, 0.1);
  std::reverse(values.begin(), values.end());
  EXPECT_DOUBLE_EQ(gaffke_p_below(values, 0.2, 0.1), p);
  values[0] += 0.01;
  EXPECT_GT(gaffke_p_below(values, 0.2, 0.1), p);
}

TEST(GaffkePBelow, NeedsAValue) { EXPECT_TRUE(std::isnan(gaffke_p_below(Values{}, 0.2, 0.1))); }

}  // namespace
}  // namespace eif
