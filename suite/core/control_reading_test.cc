#include "suite/core/control_reading.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace eif {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

ExpectationResult direction(std::string id, Verdict verdict, double p, size_t seeds = 20) {
  ExpectationResult result;
  result.expectation.id = std::move(id);
  result.expectation.kind = ExpectationKind::kDirection;
  result.expectation.primary = true;
  result.per_seed.assign(seeds, 0.5);
  result.outcome = {.verdict = verdict, .mean = 0.5};
  result.outcome.p = p;
  return result;
}

DesideratumResult result_of(std::string desideratum, std::vector<ExpectationResult> expectations,
                            Condition condition = Condition::kFineTuning) {
  DesideratumResult result;
  result.key = {.model = "m", .condition = condition, .desideratum = std::move(desideratum)};
  result.expectations = std::move(expectations);
  return result;
}

// As many as it takes, none of which holds.
std::vector<ExpectationResult> others(size_t count, double p = 0.5) {
  return std::vector<ExpectationResult>(count, direction("other", Verdict::kViolated, p));
}

TEST(ControlReading, WhatHoldsByChanceDoesNotHoldAmongAll) {
  RunResult run;
  run.results = {result_of("parts", {direction("a", Verdict::kHolds, 0.02)}),
                 result_of("sets", others(18))};
  const std::vector<ControlReading> readings = control_readings(run);
  ASSERT_THAT(readings, SizeIs(1));
  EXPECT_EQ(readings[0].directions, 19);
  EXPECT_EQ(readings[0].hold, 1);
  EXPECT_THAT(readings[0].hold_adjusted, IsEmpty());
  EXPECT_EQ(
      control_reading_text(readings[0]),
      "fine-tuning: 1 of 19 primary directions holds, 0 with p adjusted for all of them (Holm)");
}

TEST(ControlReading, WhatHoldsAmongAllIsNamed) {
  RunResult run;
  run.results = {result_of("parts", {direction("a", Verdict::kHolds, 1e-6)}),
                 result_of("sets", others(17)),
                 result_of("order", {direction("b", Verdict::kHolds, 0.002)})};
  const std::vector<ControlReading> readings = control_readings(run);
  ASSERT_THAT(readings, SizeIs(1));
  // Holm: 0.002 is the second smallest of 19 and is multiplied by 18.
  EXPECT_THAT(readings[0].hold_adjusted, ElementsAre("parts/a", "order/b"));
  EXPECT_EQ(
      control_reading_text(readings[0]),
      "fine-tuning: 2 of 19 primary directions hold, 2 with p adjusted for all of them (Holm): "
      "parts/a, order/b");
}

// A p that is small speaks for an effect above 0, which may be too small to count.
TEST(ControlReading, AnEffectThatDoesNotCountDoesNotHold) {
  RunResult run;
  run.results = {result_of("parts", others(3, 1e-6))};
  EXPECT_EQ(control_reading_text(control_readings(run).at(0)),
            "fine-tuning: 0 of 3 primary directions hold");
}

TEST(ControlReading, SaysWhereTooFewSeedsWereMeasured) {
  RunResult run;
  run.results = {result_of("parts", {direction("a", Verdict::kHolds, 1.0 / 128, 7)}),
                 result_of("sets", others(18))};
  EXPECT_EQ(
      control_reading_text(control_readings(run).at(0)),
      "fine-tuning: 1 of 19 primary directions holds; with p adjusted for all of them (Holm) it "
      "takes 9 seeds to tell");
}

TEST(ControlReading, CountsWhatDecidesAndNothingElse) {
  ExpectationResult secondary = direction("secondary", Verdict::kHolds, 1e-6);
  secondary.expectation.primary = false;
  ExpectationResult invariance = direction("invariance", Verdict::kHolds, 1e-6);
  invariance.expectation.kind = ExpectationKind::kInvariance;
  const ExpectationResult unmeasured =
      direction("unmeasured", Verdict::kNotMeasured, std::numeric_limits<double>::quiet_NaN());
  DesideratumResult beside = result_of("sets", {direction("b", Verdict::kHolds, 1e-6)});
  beside.decided_at = "0.9";
  RunResult run;
  run.results = {result_of("parts", {secondary, invariance, unmeasured}), std::move(beside)};
  EXPECT_THAT(control_readings(run), IsEmpty());
}

TEST(ControlReading, WhatWasReadCountsOnceWhateverTheDoses) {
  RunResult run;
  for (const char* const dose : {"0.5", "0.9"}) {
    DesideratumResult learned = result_of("parts", others(2));
    learned.decided_at = "0.9";
    run.results.push_back(std::move(learned));
    run.results.push_back(
        result_of("parts", {direction("a", Verdict::kHolds, 0.03)}, Condition::kInContext));
    for (size_t i = run.results.size() - 2; i < run.results.size(); ++i) {
      run.results[i].key.dose = dose;
    }
  }
  const std::vector<ControlReading> readings = control_readings(run);
  ASSERT_THAT(readings, SizeIs(2));
  EXPECT_EQ(readings[0].directions, 2);
  EXPECT_EQ(
      control_reading_text(readings[1]),
      "in context: 1 of 1 primary directions holds, 1 with p adjusted for all of them (Holm): "
      "parts/a");
}

TEST(ControlReading, ConditionsAreReadApart) {
  RunResult run;
  run.results = {
      result_of("parts", others(2)),
      result_of("parts", {direction("a", Verdict::kHolds, 1e-6)}, Condition::kInContext)};
  const std::vector<ControlReading> readings = control_readings(run);
  ASSERT_THAT(readings, SizeIs(2));
  EXPECT_EQ(control_reading_text(readings[0]), "fine-tuning: 0 of 2 primary directions hold");
  EXPECT_EQ(
      control_reading_text(readings[1]),
      "in context: 1 of 1 primary directions holds, 1 with p adjusted for all of them (Holm): "
      "parts/a");
}

}  // namespace
}  // namespace eif
