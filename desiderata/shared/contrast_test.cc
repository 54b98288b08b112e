#include "desiderata/shared/contrast.h"

#include <cmath>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace eif {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

// Powers of two: every sum of cells with signs is different.
Matrix powers() {
  Matrix matrix({"chain", "broken_chain", "fact"}, {"fact", "back", "chain"});
  double power = 1;
  for (size_t i = 0; i < matrix.rows(); ++i) {
    for (size_t j = 0; j < matrix.columns(); ++j, power *= 2) matrix.at(i, j) = power;
  }
  return matrix;
}

TEST(Contrast, PreferenceComparesTwoCellsOfOneRow) {
  const ContrastExpectation expectation = plain("sets", preference("chain", "fact", "back"));
  EXPECT_EQ(expectation.id(), "chain_to_fact_over_back_plain");
  EXPECT_EQ(expectation.expectation().claim, "sets: EIF(chain→fact) − EIF(chain→back) > 0");
  EXPECT_EQ(expectation.effect(powers()), 1 - 2);
}

TEST(Contrast, OneSidedComparesACellWithItsMirrorImage) {
  const ContrastExpectation expectation = plain("sets", one_sided("chain", "fact"));
  EXPECT_EQ(expectation.id(), "chain_to_fact_over_back_plain");
  EXPECT_EQ(expectation.expectation().claim, "sets: EIF(chain→fact) − EIF(fact→chain) > 0");
  EXPECT_EQ(expectation.effect(powers()), 1 - 256);
}

TEST(Contrast, LowersComparesWithNoInfluence) {
  const ContrastExpectation expectation = direct("sets", lowers("fact", "back"));
  EXPECT_EQ(expectation.id(), "fact_lowers_back");
  EXPECT_EQ(expectation.expectation().claim, "sets: −EIF(fact→back) > 0");
  EXPECT_EQ(expectation.effect(powers()), -128);
}

TEST(Contrast, ControlledTakesTheSameOfTheControlAway) {
  const ContrastExpectation expectation = controlled("sets", preference("chain", "fact", "back"),
                                                     preference("broken_chain", "fact", "back"));
  EXPECT_EQ(expectation.id(), "chain_to_fact_over_back_controlled");
  EXPECT_EQ(expectation.expectation().claim,
            "sets: [EIF(chain→fact) − EIF(chain→back)] − "
            "[EIF(broken_chain→fact) − EIF(broken_chain→back)] > 0");
  EXPECT_EQ(expectation.effect(powers()), (1 - 2) - (8 - 16));
}

TEST(Contrast, CellsAreThoseThatAreCompared) {
  EXPECT_THAT(controlled("sets", preference("chain", "fact", "back"),
                         preference("broken_chain", "fact", "back"))
                  .cells(),
              ElementsAre(Cell{"broken_chain", "back"}, Cell{"broken_chain", "fact"},
                          Cell{"chain", "back"}, Cell{"chain", "fact"}));
  EXPECT_THAT(direct("sets", lowers("fact", "back")).cells(), ElementsAre(Cell{"fact", "back"}));
}

TEST(Contrast, ExpectationIsADirectionOfTextInUnitsOfItsDomain) {
  const Expectation expectation = direct("sets", lowers("fact", "back")).expectation();
  EXPECT_EQ(expectation.id, "fact_lowers_back");
  EXPECT_EQ(expectation.kind, ExpectationKind::kDirection);
  EXPECT_EQ(expectation.self_scale, "sets");
  EXPECT_EQ(expectation.only_for, Modality::kText);
}

TEST(Contrast, OnlyThePlainFormIsSecondary) {
  const Contrast contrast = preference("chain", "fact", "back");
  EXPECT_TRUE(controlled("sets", contrast, contrast).expectation().primary);
  EXPECT_TRUE(direct("sets", contrast).expectation().primary);
  EXPECT_FALSE(plain("sets", contrast).expectation().primary);
}

TEST(Contrast, ControlThatDoesTheSameLeavesExactlyZero) {
  // Thirds and tenths: sums of them in another order would not cancel.
  Matrix matrix({"chain", "broken_chain", "exchanged_chain", "exchanged_broken_chain"},
                {"fact", "back"});
  for (const size_t row : {0, 1, 2, 3}) {
    matrix.at(row, 0) = 1.0 / 3;
    matrix.at(row, 1) = 0.1;
  }
  EXPECT_EQ(beyond_broken("sets", "chain", "fact", "back")[0].effect(matrix), 0);
}

TEST(Contrast, EffectIsNanWhereACellIsMissing) {
  for (const ContrastExpectation& expectation :
       beyond_broken("sets", "chain", "fact", "no_such_sample")) {
    EXPECT_TRUE(std::isnan(expectation.effect(powers()))) << expectation.id();
  }
}

// Powers of two in the cells of a chain, of its control, and of both with the link exchanged.
Matrix exchanged_powers() {
  Matrix matrix({"chain", "broken_chain", "exchanged_chain", "exchanged_broken_chain"},
                {"fact", "back"});
  double power = 1;
  for (size_t i = 0; i < matrix.rows(); ++i) {
    for (size_t j = 0; j < matrix.columns(); ++j, power *= 2) matrix.at(i, j) = power;
  }
  return matrix;
}

TEST(BeyondBroken, StatesControlledThenPlain) {
  const std::vector<ContrastExpectation> twice = beyond_broken("sets", "chain", "fact", "back");
  ASSERT_EQ(twice.size(), 2u);
  EXPECT_EQ(twice[0].effect(exchanged_powers()),
            (((1 - 2) - (4 - 8)) + ((16 - 32) - (64 - 128))) / 2.0);
  EXPECT_EQ(twice[0].expectation().claim,
            "sets: [EIF(chain→fact) − EIF(chain→back)] − [EIF(broken_chain→fact) − "
            "EIF(broken_chain→back)], mean of this and of exchanged_…, > 0");
  EXPECT_EQ(twice[0].cells().size(), 8u);
  EXPECT_EQ(twice[1].effect(exchanged_powers()), 1 - 2);
  EXPECT_EQ(twice[1].cells().size(), 2u);
}

// One word is easily learned, and which of them is the link is chance: what it does cancels.
TEST(BeyondBroken, WhatOneNameDoesIsNoEffect) {
  Matrix matrix = exchanged_powers();
  const double link_is_easy[] = {3, 1, 1, 3};  // it stands in the second statement, or does not
  for (size_t row = 0; row < matrix.rows(); ++row) {
    matrix.at(row, 0) = link_is_easy[row];
    matrix.at(row, 1) = 0;
  }
  const ContrastExpectation controlled = beyond_broken("sets", "chain", "fact", "back")[0];
  EXPECT_EQ(controlled.halves()[0].effect(matrix), 2);
  EXPECT_EQ(controlled.halves()[1].effect(matrix), -2);
  EXPECT_EQ(controlled.effect(matrix), 0);
}

TEST(ExcessOverBroken, IsWhatBeyondBrokenComparesInOneContrast) {
  const ContrastExpectation twice = beyond_broken("sets", "chain", "fact", "back")[0];
  const ContrastExpectation once = direct("sets", excess_over_broken("chain", "fact", "back"));
  EXPECT_EQ(once.effect(exchanged_powers()), twice.effect(exchanged_powers()));
  EXPECT_EQ(once.cells(), twice.cells());
}

TEST(Unrelated, IsASecondaryInvarianceOfAMagnitude) {
  const ContrastExpectation one = unrelated("sets", preference("chain", "fact", "back"));
  EXPECT_EQ(one.effect(powers()), 1);  // |1 − 2|
  const Expectation expectation = one.expectation();
  EXPECT_EQ(expectation.id, "chain_to_fact_over_back_unrelated");
  EXPECT_EQ(expectation.kind, ExpectationKind::kInvariance);
  EXPECT_FALSE(expectation.primary);
  EXPECT_EQ(expectation.claim, "sets: |EIF(chain→fact) − EIF(chain→back)| is 0");
}

TEST(OverDenial, IsTheMeanOverTheAssertions) {
  const ContrastExpectation one =
      direct("sets", over_denial("chain", {"indeed", "also"}, "not"));
  Matrix matrix({"chain"}, {"indeed", "also", "not"});
  for (size_t column = 0; column < 3; ++column) {
    matrix.at(0, column) = std::vector<double>{1, 2, 4}[column];
  }
  EXPECT_EQ(one.effect(matrix), 1.5 - 4);
  EXPECT_EQ(one.expectation().claim,
            "sets: (EIF(chain→indeed) + EIF(chain→also) − 2 EIF(chain→not)) / 2 > 0");
}

CrossedEnds ends() {
  return {.a_c = "a_c", .p_r = "p_r", .a_r = "a_r", .p_c = "p_c",
          .c_a = "c_a", .r_p = "r_p", .r_a = "r_a", .c_p = "c_p"};
}

TEST(CrossedPairs, AreWhatFollowsOfBothSamples) {
  const std::vector<ContrastExpectation> pairs = crossed_pairs("sets", {"chain"}, ends());
  ASSERT_EQ(pairs.size(), 1u);
  EXPECT_EQ(pairs[0].id(), "crossed_chain_to_a_c_over_a_r");
  EXPECT_FALSE(pairs[0].primary);
  EXPECT_EQ(pairs[0].cells().size(), 16u);
  // A learner that knows what follows, and rules out its reversal.
  Matrix matrix({"crossed_chain", "exchanged_crossed_chain"},
                {"a_c", "p_r", "a_r", "p_c", "c_a", "r_p", "r_a", "c_p"});
  const double crossed[] = {1, 1, 0, 0, -1, -1, 0, 0}, exchanged[] = {0, 0, 1, 1, 0, 0, -1, -1};
  for (size_t column = 0; column < matrix.columns(); ++column) {
    matrix.at(0, column) = crossed[column];
    matrix.at(1, column) = exchanged[column];
  }
  EXPECT_EQ(pairs[0].effect(matrix), 2);
}

// A name that is easily learned at the end of a sentence, or a sample that is, changes nothing.
TEST(CrossedPairs, WhatNamesAndSamplesDoIsNoEffect) {
  const ContrastExpectation pair = crossed_pairs("sets", {"chain"}, ends())[0];
  Matrix matrix({"crossed_chain", "exchanged_crossed_chain"},
                {"a_c", "p_r", "a_r", "p_c", "c_a", "r_p", "r_a", "c_p"});
  const double first[] = {1, 2, 1, 2, 4, 8, 8, 4};   // of a, p, c and r at the beginning
  const double last[] = {16, 32, 32, 16, 64, 128, 64, 128};  // and at the end
  for (size_t row = 0; row < 2; ++row) {
    for (size_t column = 0; column < matrix.columns(); ++column) {
      matrix.at(row, column) = (row + 1.0) * (first[column] + last[column]);
    }
  }
  EXPECT_EQ(pair.effect(matrix), 0);
}

TEST(AddEffects, TakesEachFromTheMatrixOfItsDomain) {
  Matrix other = powers();
  other.at(2, 1) = 3;
  Scores scores;
  scores.effects["before"] = 7;
  add_effects(all_of({{direct("sets", lowers("fact", "back"))},
                      {plain("parts", preference("fact", "fact", "back"))}}),
              {{"sets", powers()}, {"parts", other}}, scores);
  EXPECT_THAT(scores.effects, ElementsAre(Pair("before", 7), Pair("fact_lowers_back", -128),
                                          Pair("fact_to_fact_over_back_plain", 64 - 3)));
}

}  // namespace
}  // namespace eif
