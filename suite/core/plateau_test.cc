#include "suite/core/plateau.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

namespace eif {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::testing::StartsWith;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNoise = 1e-6;

// Rates from 1e-6, ten times higher each time; each with its EIF/lr, and neighbours that rank
// alike.
std::vector<RateMeasure> rates_with(const std::vector<double>& influence_per_rate) {
  std::vector<RateMeasure> rates;
  for (size_t k = 0; k < influence_per_rate.size(); ++k) {
    const double rate = std::pow(10, static_cast<double>(k) - 6);
    rates.push_back({rate, influence_per_rate[k] * rate, 1});
  }
  rates.back().rank_correlation = kNaN;
  return rates;
}

// ---- The rule ----------------------------------------------------------------------------------

TEST(FindPlateau, TakesTheGeometricMiddleOfTheFlatPart) {
  // Noise at 1e-6 and 1e-5 (less than 100 times 1e-6), flat from 1e-4 to 1e-2, then curved.
  const Plateau plateau = find_plateau(rates_with({90, 9, 10, 10.4, 10.8, 7}), kNoise);
  EXPECT_EQ(plateau.verdict, SweepVerdict::kPlateau);
  EXPECT_EQ(plateau.first, 2u);
  EXPECT_EQ(plateau.last, 4u);
  EXPECT_EQ(plateau.learning_rate, 1e-3);
  EXPECT_EQ(plateau.reason,
            "middle of the plateau from 0.0001 to 0.01: EIF/lr within 8.0 %, EIF ≥ 1000 × noise");
}

TEST(FindPlateau, TheMiddleHasTwoDigits) {
  // sqrt(1e-6 · 1e-3) = 3.16…e-5
  EXPECT_EQ(find_plateau(rates_with({1e3, 1e3, 1e3, 1e3, 1}), kNoise).learning_rate, 3.2e-5);
}

TEST(FindPlateau, ASlowDriftIsNoPlateauAsAWhole) {
  // Each is within 5 % of the next; more than three of them are not within 10 % of each other.
  const Plateau plateau = find_plateau(rates_with({1000, 955, 912, 871, 832}), kNoise);
  EXPECT_EQ(plateau.first, 0u);
  EXPECT_EQ(plateau.last, 2u);
}

TEST(FindPlateau, TheLongestWinsAndOfEquallyLongOnesTheLowest) {
  const Plateau longest = find_plateau(rates_with({1e4, 1e4, 1e4, 1e3, 1e3, 1e3, 1e3}), kNoise);
  EXPECT_EQ(longest.first, 3u);
  EXPECT_EQ(longest.last, 6u);
  EXPECT_EQ(find_plateau(rates_with({1e4, 1e4, 1e4, 1e3, 1e3, 1e3}), kNoise).first, 0u);
}

TEST(FindPlateau, EndsWhereNeighboursRankDifferently) {
  std::vector<RateMeasure> rates = rates_with({1e3, 1e3, 1e3, 1e3, 1e3});
  rates[2].rank_correlation = 0.949;  // of the third with the fourth
  EXPECT_EQ(find_plateau(rates, kNoise).last, 2u);
  rates[2].rank_correlation = 0.95;
  EXPECT_EQ(find_plateau(rates, kNoise).last, 4u);
}

TEST(FindPlateau, EndsBeforeLossesThatAreNotFinite) {
  std::vector<RateMeasure> rates = rates_with({1e3, 1e3, 1e3, kNaN, kInfinity});
  rates[2].rank_correlation = kNaN;
  rates[3].rank_correlation = kNaN;
  EXPECT_EQ(find_plateau(rates, kNoise).last, 2u);
}

// ---- The messages ------------------------------------------------------------------------------

TEST(FindPlateau, SaysThatAllRatesAreTooLow) {
  const Plateau plateau = find_plateau(rates_with({10, 9, 0.9, 0.09, 0.009}), kNoise);
  EXPECT_EQ(plateau.verdict, SweepVerdict::kTooLow);
  EXPECT_THAT(plateau.reason,
              AllOf(StartsWith("all rates from 1e-06 to 0.01 are too low: at fewer than 3 of "
                               "them influence is 100 times the rounding noise of the losses "
                               "(1.0e-06) or more"),
                    HasSubstr("sweep --to"), HasSubstr("--dtype float64"), HasSubstr("--lr X")));
}

TEST(FindPlateau, AFlatPartThatOnlyBeginsIsTooLow) {
  EXPECT_EQ(find_plateau(rates_with({10, 9, 1, 1}), kNoise).verdict, SweepVerdict::kTooLow);
  EXPECT_EQ(find_plateau(rates_with({10, 9, 1, 1, 1}), kNoise).verdict, SweepVerdict::kPlateau);
}

TEST(FindPlateau, ZerosAreTooLow) {
  EXPECT_EQ(find_plateau(rates_with({0, 0, 0, 0}), kNoise).verdict, SweepVerdict::kTooLow);
}

TEST(FindPlateau, SaysThatAllRatesAreTooHigh) {
  const Plateau plateau = find_plateau(rates_with({1e6, 8e5, 3e5, 1e5}), kNoise);
  EXPECT_EQ(plateau.verdict, SweepVerdict::kTooHigh);
  EXPECT_THAT(plateau.reason,
              AllOf(StartsWith("all rates from 1e-06 to 0.001 are too high: influence is "
                               "proportional to the rate at most at the lowest of them"),
                    HasSubstr("sweep --from"), HasSubstr("--lr X")));
}

TEST(FindPlateau, LossesThatAreNowhereFiniteAreTooHigh) {
  EXPECT_EQ(find_plateau(rates_with({kNaN, kNaN, kNaN}), kNoise).verdict, SweepVerdict::kTooHigh);
}

TEST(FindPlateau, SaysThatNoiseAndCurvatureLeaveNoRoom) {
  const Plateau plateau = find_plateau(rates_with({50, 9, 2, 1.4, 0.9}), kNoise);
  EXPECT_EQ(plateau.verdict, SweepVerdict::kNone);
  EXPECT_THAT(
      plateau.reason,
      AllOf(StartsWith("no plateau from 1e-06 to 0.01: influence is lost in rounding noise "
                       "below 0.0001 and no longer proportional to the rate above"),
            HasSubstr("--dtype float64"), HasSubstr("sweep --samples"), HasSubstr("--lr X")));
}

TEST(FindPlateau, NeedsThreeRates) {
  for (const size_t count : {0, 1, 2}) {
    std::vector<RateMeasure> rates = rates_with({1e3, 1e3});
    rates.resize(count);
    const Plateau plateau = find_plateau(rates, kNoise);
    EXPECT_EQ(plateau.verdict, SweepVerdict::kNone);
    EXPECT_THAT(plateau.reason, HasSubstr("takes 3 rates or more"));
  }
}

// ---- The measures ------------------------------------------------------------------------------

Matrix matrix_of(const std::vector<std::vector<double>>& cells) {
  const std::vector<std::string> ids(cells.size(), "id");
  Matrix matrix(ids, ids);
  for (size_t i = 0; i < cells.size(); ++i) {
    for (size_t j = 0; j < cells.size(); ++j) matrix.at(i, j) = cells[i][j];
  }
  return matrix;
}

TEST(MeasureRates, TakesTheMedianOfTheDiagonalAndTheRankCorrelationOfAllCells) {
  const std::vector<double> learning_rates = {0.1, 0.2, 0.3};
  const std::vector<Matrix> matrices = {
      matrix_of({{-1, 10, 20}, {30, 2, 40}, {50, 60, 7}}),
      matrix_of({{-2, 20, 40}, {60, 4, 80}, {100, 120, 14}}),  // twice the first
      matrix_of({{2, -20, -40}, {-60, -4, -80}, {-100, -120, -14}})};
  const std::vector<RateMeasure> rates = measure_rates(learning_rates, matrices);
  ASSERT_THAT(rates, SizeIs(3));
  EXPECT_EQ(rates[1].learning_rate, 0.2);
  EXPECT_EQ(rates[1].self_influence, 4);
  EXPECT_EQ(influence_per_rate(rates[1]), 20);
  EXPECT_DOUBLE_EQ(rates[0].rank_correlation, 1);
  EXPECT_DOUBLE_EQ(rates[1].rank_correlation, -1);
  EXPECT_TRUE(std::isnan(rates[2].rank_correlation));
}

TEST(MeasureRates, ARateThatLostACellIsNotFinite) {
  const std::vector<RateMeasure> rates = measure_rates(
      std::vector<double>{0.1, 0.2},
      std::vector<Matrix>{matrix_of({{1, 2}, {3, 4}}), matrix_of({{1, kNaN}, {3, 4}})});
  EXPECT_EQ(rates[0].self_influence, 2.5);
  EXPECT_TRUE(std::isnan(rates[0].rank_correlation));
  EXPECT_TRUE(std::isnan(rates[1].self_influence));
}

TEST(MeasureRates, ASampleThatNoRateCanMeasureIsLeftOut) {
  const std::vector<RateMeasure> rates = measure_rates(
      std::vector<double>{0.1, 0.2},
      std::vector<Matrix>{matrix_of({{1, 2, kNaN}, {3, 4, kNaN}, {kNaN, kNaN, kNaN}}),
                          matrix_of({{5, 6, kNaN}, {7, 8, kNaN}, {kNaN, kNaN, kNaN}})});
  EXPECT_EQ(rates[0].self_influence, 2.5);
  EXPECT_DOUBLE_EQ(rates[0].rank_correlation, 1);
}

}  // namespace
}  // namespace eif
