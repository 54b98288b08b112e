#include "reports/paper/reproduction.h"

#include <gtest/gtest.h>

namespace eif {
namespace {

ClaimEvidence evidence(EvidenceRole role, const std::string& claimed, const std::string& found) {
  return {.by_fine_tuning = {{0}, {1}, found}, .role = role, .claimed_verdict = claimed};
}

std::string stance(const std::vector<ClaimEvidence>& evidence) {
  return stance_of(count_of({.evidence = evidence}, EvidenceRole::kPrimary));
}

constexpr EvidenceRole kPrimary = EvidenceRole::kPrimary;

TEST(StanceTest, IsWhetherTheVerdictsAreThoseThatTheClaimAmountsTo) {
  EXPECT_EQ(stance({evidence(kPrimary, "violated", "violated")}), "agrees");
  EXPECT_EQ(stance({evidence(kPrimary, "violated", "holds")}), "disagrees");
  EXPECT_EQ(stance({evidence(kPrimary, "holds", "holds")}), "agrees");
  EXPECT_EQ(stance({evidence(kPrimary, "holds", "violated")}), "disagrees");
  EXPECT_EQ(stance({evidence(kPrimary, "holds", "violated"), evidence(kPrimary, "holds", "holds")}),
            "agrees in part");
}

TEST(StanceTest, WhatIsUndecidedSpeaksForNeitherSide) {
  EXPECT_EQ(stance({evidence(kPrimary, "holds", "inconclusive")}), "undecided");
  EXPECT_EQ(stance({evidence(kPrimary, "holds", "not measured")}), "undecided");
  EXPECT_EQ(
      stance({evidence(kPrimary, "holds", "inconclusive"), evidence(kPrimary, "holds", "holds")}),
      "agrees");
}

TEST(StanceTest, NumbersWithoutAVerdictGiveNone) {
  EXPECT_EQ(stance({}), "no verdict");
  EXPECT_EQ(stance({evidence(EvidenceRole::kObservation, "", "")}), "no verdict");
}

TEST(StanceTest, OnlyPrimaryExpectationsDecide) {
  EXPECT_EQ(stance({evidence(EvidenceRole::kPlain, "holds", "holds"),
                    evidence(EvidenceRole::kSecondary, "holds", "holds")}),
            "no verdict");
}

TEST(CountTest, IsByRole) {
  const ReproducedClaim claim{.evidence = {evidence(kPrimary, "holds", "holds"),
                                           evidence(kPrimary, "holds", "violated"),
                                           evidence(kPrimary, "holds", "inconclusive"),
                                           evidence(EvidenceRole::kPlain, "holds", "violated")}};
  const ClaimCount primary = count_of(claim, kPrimary);
  EXPECT_EQ(primary.as_claimed, 1u);
  EXPECT_EQ(primary.otherwise, 1u);
  EXPECT_EQ(primary.undecided, 1u);
  EXPECT_EQ(primary.all(), 3u);
  EXPECT_EQ(count_of(claim, EvidenceRole::kPlain).otherwise, 1u);
}

}  // namespace
}  // namespace eif
