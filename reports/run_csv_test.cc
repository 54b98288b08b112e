#include "reports/run_csv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "suite/core/example_run_for_test.h"

namespace eif {
namespace {

constexpr char kHeader[] =
    "model,revision,recipe,dose,control,condition,desideratum,expectation,kind,primary,seed,"
    "effect,verdict,mean,ci_low,ci_high,p_adjusted,decides,p_decides\n";

TEST(RunCsv, HasARowForEachEffectOfEachSeedUnderEachCondition) {
  EXPECT_EQ(
      run_csv({.results = {example_by_fine_tuning(), example_in_context()}}),
      std::string(kHeader) +
          "phi3,,sgd,plateau,none,fine-tuning,sparsity,related_above_unrelated,DIR,yes,0,0.25,"
          "inconclusive,0.125,0,0.25,0.5,yes,0.5\n"
          "phi3,,sgd,plateau,none,fine-tuning,sparsity,related_above_unrelated,DIR,yes,1,0,"
          "inconclusive,0.125,0,0.25,0.5,yes,0.5\n"
          "phi3,,sgd,plateau,none,in context,sparsity,related_above_unrelated,DIR,yes,0,1,"
          "holds,1.25,1,1.5,0.25,yes,0.25\n"
          "phi3,,sgd,plateau,none,in context,sparsity,related_above_unrelated,DIR,yes,1,1.5,"
          "holds,1.25,1,1.5,0.25,yes,0.25\n");
}

TEST(RunCsv, WhatStandsBesideHasTheNameOfTheControl) {
  DesideratumResult result = example_by_fine_tuning(), control = example_in_context();
  control.key.control = "random-weights";
  put_beside(control, result);
  EXPECT_THAT(
      run_csv({.results = {result}}),
      testing::HasSubstr("\nphi3,,sgd,plateau,random-weights,fine-tuning,sparsity,"
                         "related_above_unrelated,DIR,yes,1,1.5,holds,1.25,1,1.5,0.25,yes,0.25\n"));
}

TEST(RunCsv, SaysWhetherTheDoseDecides) {
  DesideratumResult result = example_that_holds();
  result.decided_at = "0.9";
  EXPECT_THAT(run_csv({.results = {result}}), testing::EndsWith(",0.5,no,0.5\n"));
}

TEST(RunCsv, HasThePThatTheVerdictRestsOn) {
  DesideratumResult result = example_that_holds();
  result.expectations.resize(1);
  result.expectations[0].outcome.p_adjusted = 1;
  result.expectations[0].outcome.p_decides = 0.0009765625;
  EXPECT_THAT(run_csv({.results = {result}}), testing::EndsWith(",1,yes,0.0009765625\n"));
}

TEST(RunCsv, WhatCouldNotBeMeasuredIsEmpty) {
  EXPECT_EQ(run_csv({.results = {example_with_a_missing_number(), example_that_failed()}}),
            std::string(kHeader) +
                "cnn,,sgd,plateau,none,fine-tuning,semantics,near_above_far,DIR,yes,0,0.5,"
                "not measured,,,,,yes,\n"
                "cnn,,sgd,plateau,none,fine-tuning,semantics,near_above_far,DIR,yes,1,,"
                "not measured,,,,,yes,\n");
}

TEST(RunCsv, NamesAreQuotedWhereTheyMustBe) {
  DesideratumResult result = example_that_is_open();
  result.key.model = "my model, v2";
  result.seeds = {0};
  result.expectations[0].per_seed = {1};
  EXPECT_NE(run_csv({.results = {result}}).find("\n\"my model, v2\",,sgd"), std::string::npos);
}

}  // namespace
}  // namespace eif
