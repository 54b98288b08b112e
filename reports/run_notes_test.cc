#include "reports/run_notes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "suite/core/example_run_for_test.h"

namespace eif {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> texts_of(const RunResult& run, Severity severity) {
  std::vector<std::string> texts;
  for (const RunNote& note : run_notes(run)) {
    if (note.severity == severity) texts.push_back(note.subject + ": " + note.text);
  }
  return texts;
}

TEST(RunNotes, SayFirstWhatCouldNotBeMeasured) {
  EXPECT_THAT(texts_of(example_run(), Severity::kError),
              ElementsAre("cnn, semantics: not measured: near_above_far: 1 of 2 seeds could not be "
                          "measured",
                          "cnn, ontology: not measured: ontology, plan of seed 0: no such words"));
  EXPECT_EQ(run_notes(example_run()).front().severity, Severity::kError);
}

TEST(RunNotes, WarnOfWhatIsViolatedAndOfWhatIsInDoubt) {
  EXPECT_THAT(
      texts_of(example_run(), Severity::kWarning),
      ElementsAre(
          "phi3: curvature 0.25 is above 0.1: influence is not proportional to the learning "
          "rate; try a lower --lr",
          "cnn, noise_invariance: violated: noise teaches as much as clean images do (1 of 2 "
          "primary expectations violated: clean_above_noisy)",
          "cnn, noise_invariance: effects below the noise floor: pure_noise"));
}

// Learned in large steps, nothing is meant to be proportional to the rate.
TEST(RunNotes, AreSilentAboutCurvatureWhereNoStepIsSmall) {
  RunResult run = example_run();
  run.context.models[1].checks = {.noise_floor_error = "none", .curvature_error = "AdamW's steps"};
  const std::string remark = "phi3: curvature not measured: AdamW's steps";
  EXPECT_THAT(texts_of(run, Severity::kRemark), testing::Contains(remark));
  run.request.doses = {"0.9"};
  EXPECT_THAT(texts_of(run, Severity::kRemark), testing::Not(testing::Contains(remark)));
}

TEST(RunNotes, RemarkOnWhatIsUndecidedAndOnRows) {
  EXPECT_THAT(
      texts_of(example_run(), Severity::kRemark),
      ElementsAre(
          "phi3: noise floor not measured: no loss is finite",
          "cnn, symmetry: rows to look at, not measured (1): seed 1 digits/7_0",
          "cnn, symmetry: rows to look at, does not teach itself (1): seed 0 digits/4_2",
          "cnn, sparsity: undecided: related_above_unrelated; about 24 seeds would decide",
          "phi3, sparsity: undecided: related_above_unrelated; about 24 seeds would decide"));
}

TEST(RunNotes, SayThatARunIsNotWhole) {
  RunResult run = {.request = example_request(), .end = RunEnd::kInterrupted};
  run.request.control = "random-weights";
  run.problems = {"the disk is full"};
  EXPECT_THAT(
      texts_of(run, Severity::kError),
      ElementsAre("the run: did not come to its end (interrupted): what is said rests on the "
                  "seeds that were complete",
                  "the run: the disk is full"));
  EXPECT_THAT(texts_of(run, Severity::kWarning),
              ElementsAre("the run: is the control random-weights and no measurement of the model: "
                          "nothing logical should hold"));
}

TEST(RunNotes, SayWhatHoldsInAControlRun) {
  RunResult run = {.request = example_request(), .results = {example_that_is_open()}};
  run.request.control = "shuffled-names";
  EXPECT_THAT(
      texts_of(run, Severity::kWarning),
      ElementsAre(testing::EndsWith("nothing logical should hold; fine-tuning: 0 of 1 primary "
                                    "directions hold")));
}

TEST(RunNotes, ThereAreNoneWhereAllIsWell) {
  RunResult run = {.end = RunEnd::kComplete, .results = {example_that_holds()}};
  run.results[0].flagged_rows.clear();
  EXPECT_THAT(run_notes(run), IsEmpty());
}

TEST(RunNotes, WarnOfWhatRandomWeightsShare) {
  RunResult run = example_run();
  run.results = {example_that_holds()};
  DesideratumResult control = example_that_holds();
  control.key.control = "random-weights";
  put_beside(control, run.results[0]);
  EXPECT_THAT(texts_of(run, Severity::kWarning), testing::Contains(testing::HasSubstr(
                                 "holds, and so it does for random weights: it says nothing of "
                                 "what the model learned")));
}

TEST(RunNotes, WhatRandomWeightsShareOnFewerSeedsSaysOnHowMany) {
  RunResult run = example_run();
  run.results = {example_that_holds()};
  DesideratumResult control = example_that_holds();
  control.key.control = "random-weights";
  control.seeds.pop_back();
  put_beside(control, run.results[0]);
  EXPECT_THAT(texts_of(run, Severity::kWarning),
              testing::Contains(testing::HasSubstr("random weights, of which 1 of 2 seeds were "
                                                   "measured: it says nothing")));
}

TEST(RunNotes, WhatAnotherDoseDecidesIsARemarkUnlessItStandsBesideThat) {
  RunResult run = {.end = RunEnd::kComplete, .results = {example_that_is_violated()}};
  DesideratumResult& result = run.results[0];
  for (ExpectationResult& one : result.expectations) {
    one.noise_floor = kMissing;
    one.expectation.deciding_dose = "0.9";
  }
  result.decided_at = "0.9";
  EXPECT_THAT(texts_of(run, Severity::kWarning), IsEmpty());
  EXPECT_THAT(texts_of(run, Severity::kRemark),
              testing::Contains(testing::HasSubstr("violated (dose 0.9 decides): noise teaches")));
  result.expectations[0].expectation.second_dose = "plateau";
  EXPECT_THAT(texts_of(run, Severity::kWarning),
              ElementsAre(testing::HasSubstr("violated (beside dose 0.9, which decides): noise")));
}

TEST(RunNotes, SayThatADoseStandsInForTheOneThatIsToDecide) {
  RunResult run = {.end = RunEnd::kComplete, .results = {example_that_holds()}};
  run.results[0].flagged_rows.clear();
  run.results[0].expectations[0].expectation.deciding_dose = "0.9";
  EXPECT_THAT(texts_of(run, Severity::kRemark),
              ElementsAre("the run: dose 0.9 is to decide symmetry, and was not measured: plateau "
                          "decides (--dose 0.9 measures it)"));
}

TEST(RunNotes, RepeatedSeedsDoNotCount) {
  RunResult run = {.end = RunEnd::kComplete, .results = {example_that_holds()}};
  run.results[0].flagged_rows.clear();
  run.results[0].repeated_seeds = {2, 5};
  EXPECT_THAT(
      texts_of(run, Severity::kRemark),
      ElementsAre("cnn, symmetry: seeds that drew the same samples as an earlier one, and do "
                  "not count: 2, 5"));
}

TEST(RunNotes, CountsAreOfFineTuning) {
  EXPECT_EQ(verdict_counts(example_run()), "1 hold, 1 violated, 2 inconclusive, 2 not measured");
  EXPECT_EQ(verdict_counts({}), "nothing was measured");
}

TEST(RunNotes, CountsSayAtWhichDoseHowManyAreDecided) {
  RunResult run;
  run.request.doses = {"plateau", "0.9"};
  run.results = {example_that_holds(), example_that_is_violated()};
  run.results[0].decided_at = run.results[1].decided_at = "0.9";
  run.results.push_back(run.results[0]);
  run.results.back().key.dose = "0.9";
  EXPECT_EQ(verdict_counts(run),
            "dose plateau: 1 hold, 1 violated; dose 0.9, which decides: 1 hold");
  run.results[0].decided_at = "plateau";
  EXPECT_EQ(verdict_counts(run),
            "dose plateau, which decides 1 of 2: 1 hold, 1 violated; dose 0.9, which decides: 1 "
            "hold");
}

}  // namespace
}  // namespace eif
