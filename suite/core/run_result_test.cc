#include "suite/core/run_result.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "suite/core/example_run_for_test.h"

namespace eif {
namespace {

TEST(VerdictText, SaysHowManyAreViolatedAndHowManyHold) {
  EXPECT_EQ(verdict_text(example_that_is_violated()), "violated (1 of 2; 1 holds)");
  DesideratumResult result = example_that_is_violated();
  result.expectations[1].outcome.verdict = Verdict::kInconclusive;
  EXPECT_EQ(verdict_text(result), "violated (1 of 2; 0 hold)");
  result.expectations[1].expectation.primary = false;
  EXPECT_EQ(verdict_text(result), "violated (1 of 1; 0 hold)");
  EXPECT_EQ(verdict_text(example_that_holds()), "holds");
}

TEST(VerdictText, SaysHowManyTheRegimeDecides) {
  DesideratumResult result = example_that_is_violated();
  result.expectations[1].outcome.verdict = Verdict::kDecidedByRegime;
  EXPECT_EQ(verdict_text(result), "violated (1 of 2; 0 hold; 1 decided by the regime)");
  result.expectations[0].outcome.verdict = Verdict::kHolds;
  result.verdict = Verdict::kHolds;
  EXPECT_EQ(verdict_text(result), "holds (1 of 2 decided by the regime)");
  EXPECT_THAT(finding(result), testing::HasSubstr("(1 of 2 primary expectations hold; 1 decided "
                                                  "by the regime)"));
  result.expectations[0].outcome.verdict = Verdict::kDecidedByRegime;
  result.verdict = Verdict::kDecidedByRegime;
  EXPECT_EQ(verdict_text(result), "decided by the regime");
  EXPECT_EQ(finding(result),
            "the way of training decides all 2 primary expectations, whatever the model is");
}

DesideratumResult under_random_weights(Verdict verdict, double mean) {
  DesideratumResult control = example_that_holds();
  control.key.control = "random-weights";
  control.verdict = verdict;
  control.expectations[0].outcome = {.verdict = verdict, .mean = mean};
  return control;
}

TEST(PutBeside, TheVerdictSaysWhetherRandomWeightsShareIt) {
  DesideratumResult result = example_that_holds();
  EXPECT_EQ(beside_text(result), "");
  put_beside(under_random_weights(Verdict::kHolds, 0.25), result);
  EXPECT_EQ(verdict_text(result), "holds (random weights, too)");
  EXPECT_EQ(beside_text(result, result.expectations[0]), "random weights, too: 0.250");
  put_beside(under_random_weights(Verdict::kViolated, 0.5), result);
  EXPECT_EQ(verdict_text(result), "holds (random weights: violated)");
  EXPECT_EQ(beside_text(result, result.expectations[0]), "random weights: violated, 0.500");
  EXPECT_EQ(result.beside->control, "random-weights");
  EXPECT_EQ(result.beside->seeds, result.seeds);
}

TEST(PutBeside, OfFewerSeedsThanTheModelItSaysHowMany) {
  DesideratumResult result = example_that_holds();
  result.seeds.resize(20);
  for (const auto& [verdict, words] :
       {std::pair{Verdict::kInconclusive, "random weights: inconclusive"},
        std::pair{Verdict::kHolds, "random weights, too"}}) {
    put_beside(under_random_weights(verdict, kMissing), result);
    EXPECT_EQ(verdict_text(result), absl::StrCat("holds (", words, ", 2 of 20 seeds)"));
    EXPECT_EQ(beside_text(result, result.expectations[0]), absl::StrCat(words, ", 2 of 20 seeds"));
  }
  put_beside(under_random_weights(Verdict::kInconclusive, 0.25), result);
  EXPECT_EQ(beside_text(result, result.expectations[0]),
            "random weights: inconclusive, 0.250, 2 of 20 seeds");
}

TEST(PutBeside, WhatIsDecidedOrNotMeasuredIsSharedByNothing) {
  for (const Verdict verdict : {Verdict::kDecidedByRegime, Verdict::kNotMeasured}) {
    DesideratumResult result = example_that_holds();
    put_beside(under_random_weights(verdict, kMissing), result);
    result.verdict = result.expectations[0].outcome.verdict = verdict;
    EXPECT_EQ(beside_text(result), "");
    EXPECT_EQ(beside_text(result, result.expectations[0]), "");
  }
}

TEST(PutBeside, StandsBesideWhatElseIsSaidOfAVerdict) {
  DesideratumResult result = example_that_is_violated();
  put_beside(under_random_weights(Verdict::kViolated, 0), result);
  EXPECT_EQ(verdict_text(result), "violated (1 of 2; 1 holds; random weights, too)");
}

// A result at a learned dose, seeds 0 to 4, with the same effect in each.
DesideratumResult learned_result(double effect) {
  DesideratumResult result = example_that_holds();
  result.seeds = {0, 1, 2, 3, 4};
  for (ExpectationResult& one : result.expectations) {
    one.per_seed.assign(5, effect);
    one.learned = LearnedEvidence{.passes = {4, 4, 4, 4, 4}};
  }
  return result;
}

TEST(PutSlower, TheSameSeedsStandBesideEachOther) {
  DesideratumResult result = learned_result(0.25);
  result.expectations[0].per_seed[4] = 9;  // of no seed that is compared
  EXPECT_EQ(slower_text(result, result.expectations[0]), "");
  DesideratumResult slower = learned_result(0.5);
  slower.seeds = {0, 1};
  slower.expectations[0].per_seed = {0.5, 0.75};
  slower.expectations[0].learned->not_reached = 1;
  put_slower(slower, result);
  EXPECT_EQ(
      slower_text(result, result.expectations[0]),
      "along a third of the rate 0.625, and here 0.250, of 2 seeds, 1 of them below the dose");
  result.expectations[0].expectation.primary = false;
  EXPECT_EQ(slower_text(result, result.expectations[0]), "");
}

TEST(PutSlower, WhatWasNotLearnedHasNoOtherPath) {
  DesideratumResult result = example_that_holds();
  put_slower(learned_result(0.5), result);
  EXPECT_EQ(slower_text(result, result.expectations[0]), "");
}

TEST(Odds, AreThoseOfADirectionInNats) {
  ExpectationResult one = example_that_is_open().expectations[0];
  EXPECT_EQ(odds_text(one), "");
  one.nats = 0.5;
  EXPECT_DOUBLE_EQ(odds_per_token(one), std::exp(0.5));
  EXPECT_EQ(odds_text(one), "0.5 nats, odds × 1.6 a token");
  one.expectation.kind = ExpectationKind::kInvariance;
  EXPECT_EQ(odds_text(one), "");
}

TEST(ResultKey, IsNamedAfterTheDose) {
  RunRequest request;
  EXPECT_EQ(result_key(request, "cnn", "symmetry").dose, "plateau");
  EXPECT_EQ(result_key(request, "cnn", "symmetry", "0.9").dose, "0.9");
  request.learning_rate = "0.001";
  EXPECT_EQ(result_key(request, "cnn", "symmetry").dose, "lr 0.001");
  EXPECT_EQ(result_key(request, "cnn", "symmetry", "0.9").dose, "0.9");
}

TEST(ResultName, HasTheDoseWhereThereAreOthersThanThePlateau) {
  RunRequest request;
  EXPECT_EQ(result_name(request, result_key(request, "cnn", "symmetry")), "symmetry");
  request.doses = {"plateau", "0.9"};
  EXPECT_EQ(result_name(request, result_key(request, "cnn", "symmetry", "plateau")),
            "symmetry, dose plateau");
  EXPECT_EQ(result_name(request, result_key(request, "cnn", "symmetry", "0.9")),
            "symmetry, dose 0.9");
}

TEST(Finding, WhatHoldsIsSaidInTheWordsOfTheDesideratum) {
  EXPECT_EQ(finding(example_that_holds()),
            "influence is symmetric (its primary expectation holds)");
}

TEST(Finding, SeveralPrimaryExpectationsAreCounted) {
  DesideratumResult result = example_that_holds();
  result.expectations.push_back(result.expectations[0]);
  EXPECT_EQ(finding(result), "influence is symmetric (all 2 primary expectations hold)");
}

TEST(Finding, WhatIsViolatedNamesTheExpectations) {
  EXPECT_EQ(finding(example_that_is_violated()),
            "noise teaches as much as clean images do (1 of 2 primary expectations violated: "
            "clean_above_noisy)");
}

TEST(Finding, TheOnlyPrimaryExpectationIsNotCounted) {
  DesideratumResult result = example_that_holds();
  result.verdict = Verdict::kViolated;
  result.expectations[0].outcome.verdict = Verdict::kViolated;
  result.expectations[0].expectation.id = "mutual";
  result.info.violated = "influence is one-sided";
  EXPECT_EQ(finding(result),
            "influence is one-sided (its primary expectation is violated: mutual)");
}

TEST(Finding, WhatIsOpenSaysHowManySeedsWouldDecide) {
  EXPECT_EQ(finding(example_that_is_open()),
            "undecided: related_above_unrelated; about 24 seeds would decide");
}

TEST(Finding, TheExpectationThatNeedsMostSeedsDecidesHowMany) {
  DesideratumResult result = example_that_is_open();
  result.expectations.push_back(result.expectations[0]);
  result.expectations[1].expectation.id = "second";
  result.expectations[1].outcome.seeds_to_decide = 99;
  EXPECT_EQ(finding(result),
            "undecided: related_above_unrelated, second; about 99 seeds would decide");
}

TEST(Finding, NoNumberOfSeedsIsPromisedWhereNoneIsKnown) {
  DesideratumResult result = example_that_is_open();
  result.expectations[0].outcome.seeds_to_decide.reset();
  EXPECT_EQ(finding(result), "undecided: related_above_unrelated");
}

TEST(Finding, SecondaryExpectationsAreLeftOut) {
  DesideratumResult result = example_that_is_open();
  result.expectations.push_back(result.expectations[0]);
  result.expectations[1].expectation.id = "second";
  result.expectations[1].expectation.primary = false;
  result.expectations[1].outcome.seeds_to_decide = 99;
  EXPECT_EQ(finding(result), "undecided: related_above_unrelated; about 24 seeds would decide");
}

TEST(Finding, AMissingNumberIsNoVerdict) {
  EXPECT_EQ(finding(example_with_a_missing_number()),
            "a primary expectation could not be measured");
}

TEST(Finding, AnErrorIsTheFinding) {
  EXPECT_EQ(finding(example_that_failed()), "ontology, plan of seed 0: no such words");
}

TEST(HasCompleteSeeds, OneSeedOfOneModelIsEnough) {
  RunResult run;
  EXPECT_FALSE(has_complete_seeds(run));
  run.context.models = {{.name = "no seed"}, {.name = "neither"}};
  EXPECT_FALSE(has_complete_seeds(run));
  run.context.models[1].seeds = {7};
  EXPECT_TRUE(has_complete_seeds(run));
}

}  // namespace
}  // namespace eif
