#include "suite/cli/self_test.h"

#include <gtest/gtest.h>

namespace eif {
namespace {

DesideratumResult result(const std::string& desideratum, Verdict verdict,
                         Condition condition = Condition::kFineTuning) {
  DesideratumResult result;
  result.key = {.condition = condition, .desideratum = desideratum};
  result.verdict = verdict;
  return result;
}

TEST(SelfTest, AKnownVerdictPassesAndAnyOtherFailsByName) {
  RunResult run;
  run.results = {result("ontology", Verdict::kHolds), result("causality", Verdict::kInconclusive)};
  const auto lines =
      check_known_verdicts({"none", Verdict::kHolds}, {"ontology", "causality"}, run);
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_TRUE(lines[0].passed);
  EXPECT_EQ(lines[0].text, "ontology: holds, as it must be");
  EXPECT_FALSE(lines[1].passed);
  EXPECT_EQ(lines[1].text, "FAILED: causality: inconclusive; expected holds");
}

TEST(SelfTest, AControlIsNamedAndHasToBeViolated) {
  RunResult run;
  run.results = {result("ontology", Verdict::kHolds)};
  const auto lines =
      check_known_verdicts({"random-weights", Verdict::kViolated}, {"ontology"}, run);
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0].text, "FAILED: ontology, random-weights: holds; expected violated");
}

TEST(SelfTest, WhatWasReadInContextIsNoResultOfTraining) {
  RunResult run;
  run.results = {result("ontology", Verdict::kHolds, Condition::kInContext)};
  const auto lines = check_known_verdicts({"none", Verdict::kHolds}, {"ontology"}, run);
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0].text, "FAILED: ontology: no result; expected holds");
}

}  // namespace
}  // namespace eif
