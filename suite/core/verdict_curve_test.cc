#include "suite/core/verdict_curve.h"

#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace eif {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// A result of ten seeds with these effects, judged as a run judges it.
DesideratumResult result_of(const std::vector<std::pair<ExpectationKind, double>>& effects) {
  DesideratumResult result;
  for (uint64_t seed = 0; seed < 10; ++seed) result.seeds.push_back(seed);
  std::vector<Evidence> evidence;
  for (const auto& [kind, effect] : effects) {
    ExpectationResult& one = result.expectations.emplace_back();
    one.expectation = {.id = "e", .kind = kind};
    for (int seed = 0; seed < 10; ++seed) one.per_seed.push_back(effect * (1 + 0.01 * seed));
    evidence.push_back({kind, true, one.per_seed});
  }
  const DesideratumVerdict verdict = judge(evidence);
  result.verdict = verdict.verdict;
  for (size_t i = 0; i < effects.size(); ++i) {
    result.expectations[i].outcome = verdict.expectations[i];
  }
  return result;
}

std::string in_letters(const std::vector<CurvePoint>& curve) {
  std::string letters;
  for (const CurvePoint& point : curve) letters += verdict_name(point.verdict)[0];
  return letters;
}

TEST(VerdictCurve, ADirectionHoldsUpToItsSize) {
  const DesideratumResult result = result_of({{ExpectationKind::kDirection, 0.11}});
  // 0.11 to 0.12: at 0.15 it is below the bound, and from 0.2 on surely so.
  EXPECT_EQ(in_letters(verdict_curve(result)), "hhhhhivvv");
}

TEST(VerdictCurve, AnInvarianceHoldsFromItsSizeOn) {
  const DesideratumResult result = result_of({{ExpectationKind::kInvariance, 0.045}});
  EXPECT_EQ(in_letters(verdict_curve(result)), "vvvihhhhh");
}

TEST(VerdictCurve, HasTheVerdictOfTheRunAtTheChosenEffect) {
  for (const double effect : {0.0, 0.05, 0.09, 0.1, 0.11, 0.3}) {
    const DesideratumResult result =
        result_of({{ExpectationKind::kDirection, effect}, {ExpectationKind::kInvariance, effect}});
    bool is_there = false;
    for (const CurvePoint& point : verdict_curve(result)) {
      if (point.smallest_effect != kSmallestEffect) continue;
      is_there = true;
      EXPECT_EQ(point.verdict, result.verdict) << effect;
      EXPECT_THAT(point.expectations, ElementsAre(result.expectations[0].outcome.verdict,
                                                  result.expectations[1].outcome.verdict));
    }
    EXPECT_TRUE(is_there);
  }
}

TEST(VerdictCurve, WhatTheRegimeDecidesStaysSo) {
  DesideratumResult result = result_of({{ExpectationKind::kDirection, 0.0}});
  result.expectations[0].outcome = {.verdict = Verdict::kDecidedByRegime, .reason = "algebra"};
  EXPECT_EQ(in_letters(verdict_curve(result)), "ddddddddd");
}

TEST(VerdictCurve, WhatDependsOnHowPassesAreCountedIsOpen) {
  DesideratumResult result = result_of({{ExpectationKind::kDirection, 0.4}});
  LearnedEvidence learned;
  learned.own_per_seed = std::vector<double>(10, 0.12);
  result.expectations[0].learned = learned;
  // Both hold up to 0.1. Then the one does, or is open, and the other is open, or violated.
  EXPECT_EQ(in_letters(verdict_curve(result)), "hhhhhiiii");
}

TEST(VerdictCurve, NothingOfADesideratumThatFailed) {
  DesideratumResult result;
  result.error = "no such words";
  EXPECT_THAT(verdict_curve(result), IsEmpty());
}

}  // namespace
}  // namespace eif
