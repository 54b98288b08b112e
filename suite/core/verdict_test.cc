#include "suite/core/verdict.h"

#include <cmath>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace eif {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

// n values with this mean, half of them `spread` above it and half below. n is even. Their sample
// standard deviation is spread · √(n / (n − 1)).
std::vector<double> around(double mean, double spread, int n = 10) {
  std::vector<double> values;
  for (int i = 0; i < n; ++i) values.push_back(i % 2 == 0 ? mean + spread : mean - spread);
  return values;
}

Evidence direction(std::vector<double> per_seed, bool primary = true) {
  return {ExpectationKind::kDirection, primary, std::move(per_seed)};
}

Evidence invariance(std::vector<double> per_seed, bool primary = true) {
  return {ExpectationKind::kInvariance, primary, std::move(per_seed)};
}

DesideratumVerdict judge_all(const std::vector<Evidence>& evidence) { return judge(evidence); }

ExpectationVerdict judge_one(const Evidence& evidence) {
  return judge_all({evidence}).expectations.at(0);
}

// ---- Direction -------------------------------------------------------------------------------

TEST(DirectionTest, LargeAndCertainHolds) {
  const ExpectationVerdict result = judge_one(direction(around(0.4, 0.05)));
  EXPECT_EQ(result.verdict, Verdict::kHolds);
  EXPECT_DOUBLE_EQ(result.mean, 0.4);
  EXPECT_GT(result.interval.low, 0.35);
  EXPECT_LT(result.interval.high, 0.45);
  EXPECT_EQ(result.p, 1.0 / 1024);
  EXPECT_EQ(result.p_adjusted, 1.0 / 1024);
  EXPECT_FALSE(result.seeds_to_decide.has_value());
  EXPECT_THAT(result.reason,
              HasSubstr("is above 0, the mean 0.4 is at least 0.1, adjusted p 0.00098"));
}

TEST(DirectionTest, NoEffectIsViolated) {
  const ExpectationVerdict result = judge_one(direction(around(0, 0.02)));
  EXPECT_EQ(result.verdict, Verdict::kViolated);
  EXPECT_THAT(result.reason, HasSubstr("] is below 0.1"));
  EXPECT_FALSE(result.seeds_to_decide.has_value());
}

TEST(DirectionTest, CertainButTooSmallIsViolated) {
  const ExpectationVerdict result = judge_one(direction(around(0.05, 0.01)));
  EXPECT_GT(result.interval.low, 0);
  EXPECT_LT(result.p_adjusted, kSignificance);
  EXPECT_EQ(result.verdict, Verdict::kViolated);
}

TEST(DirectionTest, TheWrongWayIsViolated) {
  EXPECT_EQ(judge_one(direction(around(-0.4, 0.05))).verdict, Verdict::kViolated);
}

TEST(DirectionTest, SmallMeanWithWideIntervalIsInconclusive) {
  const ExpectationVerdict result = judge_one(direction(around(0.05, 0.2)));
  EXPECT_EQ(result.verdict, Verdict::kInconclusive);
  EXPECT_THAT(result.reason, HasSubstr("the mean 0.05 is below 0.1, but the interval ["));
  // (1.960 · 0.2108 / (0.1 − 0.05))² = 68.3
  EXPECT_EQ(result.seeds_to_decide, 69);
  EXPECT_THAT(result.reason, HasSubstr("; about 69 seeds would decide it"));
}

TEST(DirectionTest, IntervalThatReachesZeroIsInconclusive) {
  const ExpectationVerdict result = judge_one(direction(around(0.12, 0.3)));
  EXPECT_EQ(result.verdict, Verdict::kInconclusive);
  EXPECT_THAT(result.reason, HasSubstr("] is not above 0"));
  // (1.960 · 0.3162 / 0.12)² = 26.7
  EXPECT_EQ(result.seeds_to_decide, 27);
}

// One seed of ten went the other way: p is 47/1024, but the bootstrap sees the long tail.
TEST(DirectionTest, SmallPWithAnIntervalThatReachesZeroIsInconclusive) {
  const ExpectationVerdict result =
      judge_one(direction({0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, -0.6}));
  EXPECT_EQ(result.p_adjusted, 47.0 / 1024);
  EXPECT_EQ(result.verdict, Verdict::kInconclusive);
  EXPECT_THAT(result.reason, HasSubstr("] is not above 0"));
}

TEST(DirectionTest, TooFewSeedsForAnyPAreInconclusive) {
  const ExpectationVerdict result = judge_one(direction({0.3, 0.3, 0.3, 0.3}));
  EXPECT_EQ(result.verdict, Verdict::kInconclusive);
  EXPECT_THAT(result.reason, HasSubstr("the adjusted p 0.062 is not below 0.05"));
  EXPECT_EQ(result.seeds_to_decide, 5);
  EXPECT_EQ(judge_one(direction({0.3, 0.3, 0.3, 0.3, 0.3})).verdict, Verdict::kHolds);
}

// ---- Invariance ------------------------------------------------------------------------------

TEST(InvarianceTest, SmallAndCertainHolds) {
  const ExpectationVerdict result = judge_one(invariance(around(0.02, 0.01)));
  EXPECT_EQ(result.verdict, Verdict::kHolds);
  EXPECT_THAT(result.reason, HasSubstr("] is inside ±0.1"));
}

TEST(InvarianceTest, LargeIsViolatedEitherWay) {
  const ExpectationVerdict above = judge_one(invariance(around(0.3, 0.02)));
  EXPECT_EQ(above.verdict, Verdict::kViolated);
  EXPECT_THAT(above.reason, HasSubstr("] is outside ±0.1"));
  EXPECT_EQ(judge_one(invariance(around(-0.3, 0.02))).verdict, Verdict::kViolated);
}

TEST(InvarianceTest, IntervalAcrossTheBoundIsInconclusive) {
  const ExpectationVerdict result = judge_one(invariance(around(0.08, 0.1)));
  EXPECT_EQ(result.verdict, Verdict::kInconclusive);
  EXPECT_THAT(result.reason, HasSubstr("] is neither inside nor outside ±0.1"));
  // (1.960 · 0.1054 / (0.1 − 0.08))² = 106.7
  EXPECT_EQ(result.seeds_to_decide, 107);
  EXPECT_EQ(judge_one(invariance(around(-0.08, 0.1))).seeds_to_decide, 107);
}

TEST(InvarianceTest, IntervalOverBothBoundsIsInconclusive) {
  EXPECT_EQ(judge_one(invariance(around(0, 0.5))).verdict, Verdict::kInconclusive);
}

// A magnitude has no negative values: the p of "its mean is above 0" would be 1/8 in all three.
TEST(InvarianceTest, PIsThatOfEquivalence) {
  EXPECT_EQ(judge_one(invariance({0.05, 0.05, 0.05})).p, 1.0 / 8);
  EXPECT_EQ(judge_one(invariance({0.3, 0.3, 0.3})).p, 1);
  EXPECT_EQ(judge_one(invariance({-0.3, -0.3, -0.3})).p, 1);
  // 0.1 − x is 0.05, 0.05 and −0.02: two of the eight sign patterns reach its sum.
  EXPECT_EQ(judge_one(invariance({0.05, 0.05, 0.12})).p, 2.0 / 8);
}

// ---- Families --------------------------------------------------------------------------------

TEST(FamilyTest, PrimaryExpectationsPayForEachOther) {
  const std::vector<double> five(5, 0.3);  // p = 1/32
  const DesideratumVerdict result = judge_all({direction(five), direction(five)});
  for (const ExpectationVerdict& expectation : result.expectations) {
    EXPECT_EQ(expectation.p, 1.0 / 32);
    EXPECT_EQ(expectation.p_adjusted, 2.0 / 32);
    EXPECT_EQ(expectation.verdict, Verdict::kInconclusive);
    EXPECT_EQ(expectation.seeds_to_decide, 6);  // 2 / 2^6 is the first below 0.05
  }
}

TEST(FamilyTest, SecondaryExpectationsAreAFamilyOfTheirOwn) {
  const std::vector<double> five(5, 0.3);
  const DesideratumVerdict result =
      judge_all({direction(five, false), direction(five), direction(five, false)});
  EXPECT_EQ(result.expectations[0].p_adjusted, 2.0 / 32);
  EXPECT_EQ(result.expectations[1].p_adjusted, 1.0 / 32);
  EXPECT_EQ(result.expectations[2].p_adjusted, 2.0 / 32);
}

TEST(FamilyTest, WhatWasNotMeasuredCostsTheOthersNothing) {
  const std::vector<double> five(5, 0.3);
  const DesideratumVerdict result = judge_all({direction({0.3, kNaN}), direction(five)});
  EXPECT_EQ(result.expectations[1].p_adjusted, 1.0 / 32);
}

TEST(FamilyTest, LargerFamiliesNeedMoreSeeds) {
  std::vector<Evidence> evidence(10, direction(around(0.4, 0.05)));
  evidence[3] = direction(around(0.12, 0.3));
  const DesideratumVerdict result = judge_all(evidence);
  EXPECT_EQ(result.expectations[2].verdict, Verdict::kHolds);
  EXPECT_EQ(result.expectations[3].verdict, Verdict::kInconclusive);
  // A tenth of the level: (2.576 · 0.3162 / 0.12)² = 46.1, where one alone needs 27.
  EXPECT_EQ(result.expectations[3].seeds_to_decide, 47);
}

// A wrong "violated" among many expectations is as unlikely as a wrong "holds": both are adjusted.
TEST(FamilyTest, ViolationsPayForEachOtherToo) {
  const std::vector<double> five(5, 0.0);  // 0.1 − x is 0.1 five times: p_against = 1/32
  const ExpectationVerdict alone = judge_one(direction(five));
  EXPECT_EQ(alone.p_against, 1.0 / 32);
  EXPECT_EQ(alone.p_against_adjusted, 1.0 / 32);
  EXPECT_EQ(alone.verdict, Verdict::kViolated);
  EXPECT_THAT(alone.reason, HasSubstr("] is below 0.1, adjusted p 0.031"));
  const DesideratumVerdict result = judge_all({direction(five), direction(five)});
  for (const ExpectationVerdict& expectation : result.expectations) {
    EXPECT_EQ(expectation.p_against_adjusted, 2.0 / 32);
    EXPECT_EQ(expectation.verdict, Verdict::kInconclusive);
    EXPECT_THAT(
        expectation.reason,
        HasSubstr("] is below 0.1, but the adjusted p 0.062 is not below 0.05; about 6 seeds "
                  "would decide it"));
  }
}

TEST(FamilyTest, InvariancesPayForEachOther) {
  const std::vector<double> inside(5, 0.0), outside(5, 0.3), other_side(5, -0.3);
  EXPECT_EQ(judge_one(invariance(inside)).verdict, Verdict::kHolds);
  for (const std::vector<double>& values : {outside, other_side}) {
    EXPECT_EQ(judge_one(invariance(values)).p_against, 1.0 / 32);
    EXPECT_EQ(judge_one(invariance(values)).verdict, Verdict::kViolated);
  }
  for (const std::vector<double>& values : {inside, outside, other_side}) {
    const DesideratumVerdict result = judge_all({invariance(values), invariance(values)});
    EXPECT_EQ(result.expectations[0].verdict, Verdict::kInconclusive);
    EXPECT_EQ(result.expectations[0].seeds_to_decide, 6);
  }
}

// ---- Seeds to decide -------------------------------------------------------------------------

// The bootstrap sees the long tail and the normal approximation, which says 6, does not.
TEST(SeedsToDecideTest, IsMoreThanThereAre) {
  const ExpectationVerdict result = judge_one(direction({0, 0, 0, 0, 0, 0, 0, 0, 0, 0.28}));
  EXPECT_EQ(result.verdict, Verdict::kInconclusive);
  EXPECT_EQ(result.seeds_to_decide, 11);
}

TEST(SeedsToDecideTest, OnTheBoundNoNumberDecides) {
  // The mean of ten times 0.1 is rounded to a little less.
  const ExpectationVerdict result = judge_one(invariance(std::vector<double>(10, 0.1)));
  EXPECT_EQ(result.verdict, Verdict::kInconclusive);
  EXPECT_FALSE(result.seeds_to_decide.has_value());
  EXPECT_THAT(result.reason,
              HasSubstr("so near to the bound that 10000 seeds would not decide it"));
}

TEST(SeedsToDecideTest, NearTheBoundNoReasonableNumberDecides) {
  const ExpectationVerdict result = judge_one(direction(around(0.099, 0.2)));
  EXPECT_EQ(result.verdict, Verdict::kInconclusive);
  EXPECT_FALSE(result.seeds_to_decide.has_value());
}

TEST(SeedsToDecideTest, OneSeedCannotSay) {
  for (const Evidence& evidence : {direction({0.4}), invariance({0.01})}) {
    const ExpectationVerdict result = judge_one(evidence);
    EXPECT_EQ(result.verdict, Verdict::kInconclusive);
    EXPECT_DOUBLE_EQ(result.mean, evidence.per_seed[0]);
    EXPECT_TRUE(std::isnan(result.interval.low));
    EXPECT_FALSE(result.seeds_to_decide.has_value());
    EXPECT_EQ(result.reason, "one seed shows no spread and gives no interval");
  }
}

// ---- Not measured ----------------------------------------------------------------------------

TEST(NotMeasuredTest, SaysHowManySeedsAreMissing) {
  const ExpectationVerdict result = judge_one(direction({0.4, kNaN, 0.4, kInfinity, 0.4}));
  EXPECT_EQ(result.verdict, Verdict::kNotMeasured);
  EXPECT_EQ(result.reason, "2 of 5 seeds could not be measured");
  EXPECT_TRUE(std::isnan(result.mean));
  EXPECT_TRUE(std::isnan(result.interval.low));
  EXPECT_TRUE(std::isnan(result.p));
  EXPECT_TRUE(std::isnan(result.p_adjusted));
}

TEST(NotMeasuredTest, SaysThatThereIsNoSeed) {
  const ExpectationVerdict result = judge_one(invariance({}));
  EXPECT_EQ(result.verdict, Verdict::kNotMeasured);
  EXPECT_EQ(result.reason, "there is no seed");
}

// ---- Desideratum -----------------------------------------------------------------------------

TEST(DesideratumVerdictTest, CombinesThePrimaryExpectations) {
  const Evidence holds = direction(around(0.4, 0.05));
  const Evidence violated = direction(around(0, 0.02));
  const Evidence inconclusive = direction(around(0.05, 0.2));
  const Evidence unmeasured = direction({kNaN});
  EXPECT_EQ(judge_all({holds, holds}).verdict, Verdict::kHolds);
  EXPECT_EQ(judge_all({holds, inconclusive}).verdict, Verdict::kInconclusive);
  EXPECT_EQ(judge_all({holds, inconclusive, violated}).verdict, Verdict::kViolated);
  EXPECT_EQ(judge_all({holds, unmeasured}).verdict, Verdict::kNotMeasured);
  EXPECT_EQ(judge_all({inconclusive, unmeasured}).verdict, Verdict::kNotMeasured);
  EXPECT_EQ(judge_all({unmeasured, violated}).verdict, Verdict::kViolated);
}

TEST(DesideratumVerdictTest, SecondaryExpectationsDoNotCount) {
  const Evidence holds = direction(around(0.4, 0.05));
  const Evidence violated = direction(around(0, 0.02), false);
  const DesideratumVerdict result = judge_all({violated, holds, direction({kNaN}, false)});
  EXPECT_EQ(result.verdict, Verdict::kHolds);
  EXPECT_EQ(result.expectations[0].verdict, Verdict::kViolated);
  EXPECT_EQ(result.expectations[2].verdict, Verdict::kNotMeasured);
}

TEST(DesideratumVerdictTest, WithoutPrimaryExpectationsNothingWasMeasured) {
  EXPECT_EQ(judge_all({}).verdict, Verdict::kNotMeasured);
  EXPECT_THAT(judge_all({}).expectations, IsEmpty());
  EXPECT_EQ(judge_all({direction(around(0.4, 0.05), false)}).verdict, Verdict::kNotMeasured);
}

TEST(DesideratumVerdictTest, TheSmallestEffectIsTheCallers) {
  const std::vector<Evidence> evidence = {direction(around(0.05, 0.01))};
  EXPECT_EQ(judge(evidence, 0.02).verdict, Verdict::kHolds);
  EXPECT_EQ(judge(evidence, 0.2).verdict, Verdict::kViolated);
}

// ---- Self scale ------------------------------------------------------------------------------

TEST(FewestSeeds, GiveASmallEnoughP) {
  EXPECT_EQ(fewest_seeds(1), 5);   // 1/32 < 0.05 < 1/16
  EXPECT_EQ(fewest_seeds(7), 8);   // 7/256 < 0.05 < 7/128
  EXPECT_EQ(fewest_seeds(23), 9);  // 23/512 < 0.05 < 23/256
}

TEST(SelfScaleTest, IsTheMedianOfTheMeasuredCells) {
  const absl::StatusOr<double> scale = self_scale(std::vector<double>{0.5, kNaN, 0.2, 9.0, -0.1});
  ASSERT_TRUE(scale.ok()) << scale.status();
  EXPECT_DOUBLE_EQ(*scale, 0.35);
}

TEST(SelfScaleTest, SamplesDoNotLearnThemselves) {
  for (const double cell : {0.0, -0.25, -kInfinity, kInfinity}) {
    const absl::Status status = self_scale(std::vector<double>{cell, cell, kNaN}).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_THAT(
        std::string(status.message()),
        HasSubstr("the samples do not learn themselves at this learning rate: the median of "
                  "2 influences of a sample on itself is "));
    EXPECT_THAT(std::string(status.message()), HasSubstr("--lr auto"));
  }
}

TEST(SelfScaleTest, NothingWasMeasured) {
  const absl::Status status = self_scale(std::vector<double>{kNaN, kNaN}).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("no influence of a sample on itself could be measured (2 were tried)"));
  EXPECT_THAT(std::string(status.message()), HasSubstr("a smaller --lr helps"));
}

}  // namespace
}  // namespace eif
