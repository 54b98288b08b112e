#include "suite/core/verdict.h"

#include <cmath>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace eif {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

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

// ---- Regime ----------------------------------------------------------------------------------

TEST(RegimeTest, WhatItDecidesIsNoEvidence) {
  Evidence decided = direction(around(0, 0.02));
  decided.decided_by_regime = "small steps add up";
  const DesideratumVerdict alone = judge_all({decided});
  EXPECT_EQ(alone.verdict, Verdict::kDecidedByRegime);
  const ExpectationVerdict& one = alone.expectations[0];
  EXPECT_EQ(one.verdict, Verdict::kDecidedByRegime);
  EXPECT_EQ(one.reason, "small steps add up");
  EXPECT_DOUBLE_EQ(one.mean, 0);
  EXPECT_TRUE(std::isnan(one.p) && std::isnan(one.p_against) && std::isnan(one.p_decides));
  EXPECT_TRUE(std::isnan(one.interval.low) && std::isnan(one.signal_to_noise));
  EXPECT_FALSE(one.seeds_to_decide.has_value());

  // Without the flag this one would make the desideratum violated.
  EXPECT_EQ(judge_all({decided, direction(around(0.4, 0.05))}).verdict, Verdict::kHolds);
  EXPECT_EQ(judge_all({decided, direction(around(0, 0.02))}).verdict, Verdict::kViolated);
  EXPECT_EQ(judge_all({decided, direction({})}).verdict, Verdict::kNotMeasured);
}

TEST(RegimeTest, TakesNoPartInHolm) {
  Evidence decided = direction(around(0, 0.02));
  decided.decided_by_regime = "small steps add up";
  const ExpectationVerdict beside = judge_all({decided, direction(around(0, 0.02))}).expectations[1];
  EXPECT_EQ(beside.p_against_adjusted, beside.p_against);
}

TEST(EvidenceTest, MayBeCalledUnmeasured) {
  Evidence evidence = direction(around(0.4, 0.05));
  evidence.not_measured = "3 of 10 seeds did not reach the dose";
  const ExpectationVerdict result = judge_one(evidence);
  EXPECT_EQ(result.verdict, Verdict::kNotMeasured);
  EXPECT_EQ(result.reason, "3 of 10 seeds did not reach the dose");
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
  EXPECT_EQ(result.p_decides, 1.0 / 1024);
  EXPECT_FALSE(result.seeds_to_decide.has_value());
  EXPECT_EQ(result.reason, "the mean 0.4 is at least 0.1, p 0.00098 that it is above 0");
}

TEST(DirectionTest, NoEffectIsViolated) {
  const ExpectationVerdict result = judge_one(direction(around(0, 0.02)));
  EXPECT_EQ(result.verdict, Verdict::kViolated);
  EXPECT_EQ(result.reason, "the mean is 0, p 0.001 that it is below 0.1, none counted beyond 0.2");
  EXPECT_EQ(result.p_decides, result.p_against_adjusted);
  EXPECT_FALSE(result.seeds_to_decide.has_value());
  EXPECT_THAT(result.clipped, IsEmpty());
}

TEST(DirectionTest, CertainButTooSmallIsViolated) {
  const ExpectationVerdict result = judge_one(direction(around(0.05, 0.01)));
  EXPECT_GT(result.interval.low, 0);
  EXPECT_LT(result.p, kSignificance);
  EXPECT_EQ(result.verdict, Verdict::kViolated);
}

// Their size is not what is averaged: it would be large.
TEST(DirectionTest, TheWrongWayIsViolated) {
  for (const double mean : {-0.4, -50.0}) {
    const ExpectationVerdict result = judge_one(direction(around(mean, 0.05)));
    EXPECT_EQ(result.verdict, Verdict::kViolated);
    EXPECT_DOUBLE_EQ(result.p_against, std::pow(4, -10));
    EXPECT_THAT(result.clipped, IsEmpty());
  }
}

TEST(DirectionTest, ASmallMeanWithAWideSpreadIsInconclusive) {
  const ExpectationVerdict result = judge_one(direction(around(0.05, 0.12)));
  EXPECT_EQ(result.verdict, Verdict::kInconclusive);
  EXPECT_THAT(result.reason, HasSubstr("the mean is 0.05, but p 0.16 is not below 0.05 that it is "
                                       "below 0.1, none counted beyond 0.2"));
  EXPECT_EQ(result.p_decides, result.p_against_adjusted);
  // (1.645 · 0.1265 / (0.1 − 0.05))² = 17.3
  EXPECT_EQ(result.seeds_to_decide, 18);
  EXPECT_THAT(result.reason, HasSubstr("; about 18 seeds would decide it"));
}

TEST(DirectionTest, ALargeMeanThatMayBeChanceIsInconclusive) {
  const ExpectationVerdict result = judge_one(direction(around(0.12, 0.3)));
  EXPECT_EQ(result.verdict, Verdict::kInconclusive);
  EXPECT_THAT(result.reason,
              HasSubstr("the mean 0.12 is at least 0.1, but p 0.12 is not below 0.05 that it is "
                        "above 0"));
  EXPECT_EQ(result.p_decides, result.p);
  // (1.645 · 0.3162 / 0.12)² = 18.8
  EXPECT_EQ(result.seeds_to_decide, 19);
}

TEST(DirectionTest, TooFewSeedsForAnyPAreInconclusive) {
  const ExpectationVerdict result = judge_one(direction({0.3, 0.3, 0.3, 0.3}));
  EXPECT_EQ(result.verdict, Verdict::kInconclusive);
  EXPECT_THAT(result.reason, HasSubstr("but p 0.062 is not below 0.05"));
  EXPECT_EQ(result.seeds_to_decide, 5);
  EXPECT_EQ(judge_one(direction({0.3, 0.3, 0.3, 0.3, 0.3})).verdict, Verdict::kHolds);
}

// One far seed makes a mean of any size. It counts as 0.2, and is named.
TEST(DirectionTest, OneFarSeedIsNoEffect) {
  const ExpectationVerdict result = judge_one(direction({0, 0, 0, 10, 0, 0, 0, 0, 0, 0}));
  EXPECT_EQ(result.verdict, Verdict::kViolated);
  EXPECT_DOUBLE_EQ(result.mean, 1);
  EXPECT_THAT(result.clipped, ElementsAre(3));
  EXPECT_THAT(result.reason, HasSubstr("; 1 of 10 seeds counted as 0.2, the largest is 10"));
}

// 60 seeds without an effect, and 40 with one of ten times what counts: on the average there is
// one, and in most there is none.
std::vector<double> two_kinds_of_seeds() {
  std::vector<double> effects(60, 0.0);
  effects.insert(effects.end(), 40, 1.0);
  return effects;
}

TEST(DirectionTest, WhereBothAreShownTheSeedsDisagree) {
  const ExpectationVerdict result = judge_one(direction(two_kinds_of_seeds()));
  EXPECT_EQ(result.verdict, Verdict::kInconclusive);
  EXPECT_TRUE(result.seeds_disagree);
  EXPECT_LT(result.p, kSignificance);
  EXPECT_LT(result.p_against, kSignificance);
  EXPECT_THAT(result.reason, StartsWith("the seeds disagree: the mean 0.4 is at least 0.1, p 1e-05 "
                                        "that it is above 0, and with none counted beyond 0.2 it is "
                                        "below, p 0.028; 40 of 100 seeds counted as 0.2"));
  EXPECT_FALSE(result.seeds_to_decide.has_value());
}

// ---- Invariance ------------------------------------------------------------------------------

TEST(InvarianceTest, SmallAndCertainHolds) {
  const ExpectationVerdict result = judge_one(invariance(around(0.02, 0.01)));
  EXPECT_EQ(result.verdict, Verdict::kHolds);
  EXPECT_EQ(result.reason,
            "the mean size, none counted beyond 0.2, is 0.02, p 0.0028 that it is below 0.1");
  EXPECT_EQ(result.p_decides, result.p);
}

TEST(InvarianceTest, LargeIsViolatedEitherWay) {
  const ExpectationVerdict above = judge_one(invariance(around(0.3, 0.02)));
  EXPECT_EQ(above.verdict, Verdict::kViolated);
  EXPECT_EQ(above.reason,
            "the mean size, none counted beyond 0.4, is 0.3, p 1.7e-05 that it is above 0.1");
  EXPECT_EQ(judge_one(invariance(around(-0.3, 0.02))).verdict, Verdict::kViolated);
  EXPECT_EQ(judge_one(invariance(around(0, 0.5))).verdict, Verdict::kViolated);
}

TEST(InvarianceTest, NearTheBoundIsInconclusive) {
  const ExpectationVerdict result = judge_one(invariance(around(0.08, 0.06)));
  EXPECT_EQ(result.verdict, Verdict::kInconclusive);
  EXPECT_THAT(result.reason, HasSubstr("is 0.08, but p 0.33 is not below 0.05 that it is below 0.1"));
  // (1.645 · 0.06325 / (0.1 − 0.08))² = 27.1
  EXPECT_EQ(result.seeds_to_decide, 28);
  EXPECT_EQ(judge_one(invariance(around(-0.08, 0.06))).seeds_to_decide, 28);
}

// By hand: of three values of a quarter of what they can be, P(D₄ · 3/4 + 1/4 ≥ 1/2) = (2/3)³.
TEST(InvarianceTest, PIsThatOfASmallMeanSize) {
  EXPECT_DOUBLE_EQ(judge_one(invariance({0.05, 0.05, 0.05})).p, 8.0 / 27);
  EXPECT_DOUBLE_EQ(judge_one(invariance({-0.05, 0.05, -0.05})).p, 8.0 / 27);
  EXPECT_EQ(judge_one(invariance({0.3, 0.3, 0.3})).p, 1);
  // P((1 − D₄) · 0.3 ≤ 0.1) = (1/3)³, and of any size beyond 0.4 a quarter in place of a third.
  EXPECT_DOUBLE_EQ(judge_one(invariance({0.3, 0.3, 0.3})).p_against, 1.0 / 27);
  EXPECT_DOUBLE_EQ(judge_one(invariance({5, -50, 500})).p_against, 1.0 / 64);
}

// Nothing valid can be said of an unbounded mean: what holds is that of the clipped one, and the
// seed is named.
TEST(InvarianceTest, AFarSeedIsNamed) {
  const ExpectationVerdict result = judge_one(invariance({0, 0, 0, 0, 0, 0, 0, 0, -10, 0}));
  EXPECT_EQ(result.verdict, Verdict::kHolds);
  EXPECT_THAT(result.clipped, ElementsAre(8));
  EXPECT_THAT(result.reason, HasSubstr("; 1 of 10 seeds counted as 0.2, the largest is 10"));
}

TEST(InvarianceTest, WhereManySeedsAreLargeTheSeedsDisagree) {
  const ExpectationVerdict result = judge_one(invariance(two_kinds_of_seeds()));
  EXPECT_EQ(result.verdict, Verdict::kInconclusive);
  EXPECT_TRUE(result.seeds_disagree);
  EXPECT_THAT(result.reason, HasSubstr("p 0.028 that it is below 0.1, and counted up to 0.4 it is "
                                       "above, p "));
  EXPECT_THAT(result.reason, HasSubstr("; 40 of 100 seeds counted as 0.2"));
}

// ---- Families --------------------------------------------------------------------------------

// All have to hold, so that each does so by itself: an intersection–union test.
TEST(FamilyTest, PrimaryExpectationsHoldEachByItself) {
  const std::vector<double> five(5, 0.3);  // p = 1/32
  const DesideratumVerdict result = judge_all({direction(five), direction(five)});
  for (const ExpectationVerdict& expectation : result.expectations) {
    EXPECT_EQ(expectation.p, 1.0 / 32);
    EXPECT_EQ(expectation.p_adjusted, 2.0 / 32);
    EXPECT_EQ(expectation.p_decides, 1.0 / 32);
    EXPECT_EQ(expectation.verdict, Verdict::kHolds);
  }
  EXPECT_EQ(result.verdict, Verdict::kHolds);
}

// They are read one by one.
TEST(FamilyTest, SecondaryExpectationsPayForEachOther) {
  const std::vector<double> five(5, 0.3);
  const DesideratumVerdict result =
      judge_all({direction(five, false), direction(five), direction(five, false)});
  EXPECT_EQ(result.expectations[0].p_adjusted, 2.0 / 32);
  EXPECT_EQ(result.expectations[0].p_decides, 2.0 / 32);
  EXPECT_EQ(result.expectations[0].verdict, Verdict::kInconclusive);
  EXPECT_EQ(result.expectations[0].seeds_to_decide, 6);  // 2 / 2^6 is the first below 0.05
  EXPECT_EQ(result.expectations[1].p_adjusted, 1.0 / 32);
  EXPECT_EQ(result.expectations[1].verdict, Verdict::kHolds);
  EXPECT_EQ(result.expectations[2].p_adjusted, 2.0 / 32);
}

TEST(FamilyTest, WhatWasNotMeasuredCostsTheOthersNothing) {
  const std::vector<double> five(5, 0.0);
  const DesideratumVerdict result = judge_all({direction({0.3, kNaN}), direction(five)});
  EXPECT_DOUBLE_EQ(result.expectations[1].p_against_adjusted, 1.0 / 32);
}

// Any one of them violates the desideratum, so that a wrong one among many must be as unlikely.
TEST(FamilyTest, ViolationsPayForEachOther) {
  const std::vector<double> five(5, 0.0);
  const ExpectationVerdict alone = judge_one(direction(five));
  EXPECT_DOUBLE_EQ(alone.p_against, 1.0 / 32);
  EXPECT_DOUBLE_EQ(alone.p_against_adjusted, 1.0 / 32);
  EXPECT_EQ(alone.verdict, Verdict::kViolated);
  const DesideratumVerdict result = judge_all({direction(five), direction(five)});
  for (const ExpectationVerdict& expectation : result.expectations) {
    EXPECT_DOUBLE_EQ(expectation.p_against_adjusted, 2.0 / 32);
    EXPECT_EQ(expectation.verdict, Verdict::kInconclusive);
    EXPECT_EQ(expectation.reason,
              "the mean is 0, but p 0.062 is not below 0.05 that it is below 0.1, none counted "
              "beyond 0.2; about 6 seeds would decide it");
  }
}

TEST(FamilyTest, InvariancesPayForEachOtherWhereTheyAreViolated) {
  const std::vector<double> inside(5, 0.0), outside(5, 0.19);
  EXPECT_EQ(judge_one(invariance(outside)).verdict, Verdict::kViolated);
  EXPECT_EQ(judge_all({invariance(outside), invariance(outside)}).expectations[0].verdict,
            Verdict::kInconclusive);
  EXPECT_EQ(judge_all({invariance(inside), invariance(inside)}).verdict, Verdict::kHolds);
}

// ---- Seeds to decide -------------------------------------------------------------------------

// The normal approximation says 7.
TEST(SeedsToDecideTest, IsMoreThanThereAre) {
  const ExpectationVerdict result =
      judge_one(direction({0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, -0.3, -0.3, 0.1}));
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
  const ExpectationVerdict result = judge_one(direction(around(0.099, 0.1)));
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
    EXPECT_EQ(result.reason, "one seed shows no spread");
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
  const Evidence inconclusive = direction(around(0.05, 0.12));
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
  EXPECT_EQ(fewest_seeds_to_hold(), 5);    // 1/32 < 0.05 < 1/16
  EXPECT_EQ(fewest_seeds_to_hold(19), 9);  // 19/512 < 0.05 < 19/256
  EXPECT_EQ(fewest_seeds(1), 3);           // 1/64 < 0.05 < 1/16
  EXPECT_EQ(fewest_seeds(7), 4);           // 7/256 < 0.05 < 7/64
  EXPECT_EQ(fewest_seeds(23), 5);          // 23/1024 < 0.05 < 23/256
  EXPECT_EQ(fewest_seeds(1000), 5);        // by holding
}

// That many can decide, and one less cannot, whatever is measured.
TEST(FewestSeeds, AreEnough) {
  for (const size_t primary : {1u, 7u}) {
    const auto seeds = static_cast<size_t>(fewest_seeds(primary));
    const Evidence extreme = direction(std::vector<double>(seeds, -1));
    const Evidence fewer = direction(std::vector<double>(seeds - 1, -1));
    EXPECT_EQ(judge_all(std::vector<Evidence>(primary, extreme)).verdict, Verdict::kViolated);
    EXPECT_EQ(judge_all(std::vector<Evidence>(primary, fewer)).verdict, Verdict::kInconclusive);
  }
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
