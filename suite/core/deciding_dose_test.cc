#include "suite/core/deciding_dose.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "suite/core/example_run_for_test.h"

namespace eif {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

DesideratumInfo stating(std::vector<Expectation> expectations) {
  return {.modalities = {Modality::kText}, .expectations = std::move(expectations)};
}

std::string refusal(std::vector<Expectation> expectations) {
  const absl::Status status = check_stated_doses(stating(std::move(expectations)));
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  return std::string(status.message());
}

TEST(CheckStatedDoses, PrimaryExpectationsStateOneDoseAndOthersAnyOne) {
  EXPECT_TRUE(check_stated_doses(stating({{.id = "a"}, {.id = "b"}})).ok());
  EXPECT_TRUE(check_stated_doses(stating({{.id = "a", .deciding_dose = "0.9"},
                                          {.id = "b", .primary = false, .deciding_dose = "0.5"},
                                          {.id = "c", .deciding_dose = "0.9", .second_dose = "plateau"},
                                          {.id = "d", .only_for = Modality::kImage}}))
                  .ok());
}

TEST(CheckStatedDoses, WhatIsNoDoseIsRefused) {
  EXPECT_EQ(refusal({{.id = "a", .deciding_dose = "0.90"}}),
            "the deciding dose of a is \"0.90\", expected plateau or a share above 0 and below 1, "
            "such as 0.9");
  EXPECT_EQ(refusal({{.id = "a", .deciding_dose = ""}}),
            "the deciding dose of a is \"\", expected plateau or a share above 0 and below 1, such "
            "as 0.9");
  EXPECT_EQ(refusal({{.id = "a", .second_dose = "1"}}),
            "the second dose of a is \"1\", expected plateau, a share above 0 and below 1, such as "
            "0.9, or none");
}

TEST(CheckStatedDoses, TwoDosesOfPrimaryExpectationsAreRefused) {
  EXPECT_EQ(refusal({{.id = "a", .deciding_dose = "0.9"}, {.id = "b"}}),
            "dose 0.9 decides a, and plateau b, expected one dose for all primary expectations, "
            "because it has the verdict");
}

TEST(DecidingDose, IsTheStatedOneWhereItWasMeasured) {
  EXPECT_EQ(deciding_dose("0.9", {"plateau", "0.5", "0.9"}), "0.9");
  EXPECT_EQ(deciding_dose("plateau", {"plateau", "0.5"}), "plateau");
}

TEST(DecidingDose, IsElseTheNearestThatWasMeasured) {
  EXPECT_EQ(deciding_dose("0.9", {"plateau"}), "plateau");
  EXPECT_EQ(deciding_dose("0.9", {"plateau", "0.5"}), "0.5");
  EXPECT_EQ(deciding_dose("plateau", {"0.5", "0.9"}), "0.5");
  EXPECT_EQ(deciding_dose("0.1", {"plateau", "0.9"}), "plateau");
  EXPECT_EQ(deciding_dose("0.5", {"0.25", "0.75"}), "0.75");
}

DesideratumResult result_at(const std::string& dose, const std::string& decided_at) {
  DesideratumResult result = example_that_is_violated();
  result.key.dose = dose;
  result.decided_at = decided_at;
  for (ExpectationResult& one : result.expectations) one.expectation.deciding_dose = "0.9";
  return result;
}

TEST(Role, IsSaidWithTheVerdictWhereAnotherDoseDecides) {
  DesideratumResult result = result_at("0.9", "0.9");
  EXPECT_TRUE(decides(result));
  EXPECT_EQ(verdict_text(result), "violated (1 of 2; 1 holds)");
  result = result_at("plateau", "0.9");
  EXPECT_FALSE(decides(result));
  EXPECT_FALSE(stands_beside(result));
  EXPECT_EQ(verdict_text(result), "violated (1 of 2; 1 holds; dose 0.9 decides)");
  result.verdict = Verdict::kDecidedByRegime;
  EXPECT_EQ(verdict_text(result), "decided by the regime (dose 0.9 decides)");
}

TEST(Role, ASecondDoseStandsBesideTheOneThatDecides) {
  DesideratumResult result = result_at("plateau", "0.9");
  for (ExpectationResult& one : result.expectations) one.expectation.second_dose = "plateau";
  EXPECT_TRUE(stands_beside(result));
  EXPECT_EQ(role_text(result), "beside dose 0.9, which decides");
  result.decided_at = "plateau";
  EXPECT_FALSE(stands_beside(result));
  EXPECT_EQ(role_text(result), "");
}

TEST(Role, WhatWasRecordedBeforeThereWereRolesDecides) {
  EXPECT_TRUE(decides(result_at("0.5", "")));
}

TEST(StandIns, AreSaidOnceForEachPairOfDoses) {
  RunResult run;
  run.results = {result_at("plateau", "plateau"), result_at("plateau", "plateau"),
                 example_that_holds()};
  run.results[1].key.desideratum = "ontology";
  EXPECT_THAT(stand_ins(run),
              ElementsAre("dose 0.9 is to decide noise_invariance, ontology, and was not measured: "
                          "plateau decides (--dose 0.9 measures it)"));
}

TEST(StandIns, AGivenRateIsNamedAndIsAPlateausRate) {
  RunResult run;
  run.results = {result_at("lr 0.3", "lr 0.3")};
  EXPECT_THAT(stand_ins(run), ElementsAre("dose 0.9 is to decide noise_invariance, and was not "
                                          "measured: lr 0.3 decides (--dose 0.9 measures it)"));
  for (ExpectationResult& one : run.results[0].expectations) {
    one.expectation.deciding_dose = kPlateauDose;
  }
  EXPECT_THAT(stand_ins(run), IsEmpty());
}

TEST(StandIns, ThereAreNoneWhereTheStatedDoseWasMeasured) {
  RunResult run;
  run.results = {result_at("plateau", "0.9"), result_at("0.9", "0.9")};
  EXPECT_THAT(stand_ins(run), IsEmpty());
}

TEST(DosesText, NamesBoth) {
  EXPECT_EQ(doses_text({.id = "a"}), "decided at plateau");
  EXPECT_EQ(doses_text({.id = "a", .deciding_dose = "0.9", .second_dose = "plateau"}),
            "decided at dose 0.9, plateau beside it");
}

}  // namespace
}  // namespace eif
