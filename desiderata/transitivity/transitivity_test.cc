#include "absl/strings/match.h"
#include "desiderata/shared/learners_for_test.h"
#include "desiderata/shared/plugin_for_test.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace eif {
namespace {

using ::testing::DoubleNear;
using ::testing::IsSupersetOf;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

// A difference of two fractions below 1, each right to half a unit in the last place (1.1e-16).
constexpr double kRounding = 1e-15;

Scores scores_on(const Influence& influence) {
  return scores_of(*desideratum_under_test(), Modality::kText, influence);
}

TEST(Transitivity, TrainsOnChainsAndBrokenChains) {
  EXPECT_THAT(
      trained_texts(*desideratum_under_test()),
      IsSupersetOf({"bigger_than: chain: ala is bigger than bok. / bok is bigger than cyd.",
                    "bigger_than: broken_chain: ala is bigger than bok. / dun is bigger than cyd.",
                    "bigger_than: combined: ala is bigger than bok, bok is bigger than cyd.",
                    "bigger_than: broken_combined: ala is bigger than bok, dun is bigger than cyd.",
                    "transitivity: chain: a ala is a bok / all boks have a cyd",
                    "transitivity: broken_chain: a ala is a bok / all fots have a cyd",
                    "transitivity: combined: a ala is a bok and all boks have a cyd",
                    "transitivity: broken_combined: a ala is a bok and all fots have a cyd"}));
}

TEST(Transitivity, AsksForWhatFollowsAndWhatDoesNot) {
  EXPECT_THAT(evaluated_texts(*desideratum_under_test()),
              IsSupersetOf({"bigger_than: bigger_a_c: ala is bigger than cyd.",
                            "bigger_than: bigger_c_a: cyd is bigger than ala.",
                            "transitivity: has: a ala has a cyd",
                            "transitivity: has_not: a ala does not have a cyd"}));
}

// 1 for what follows, −1 for what is ruled out, and nothing of either from a broken chain.
TEST(Transitivity, HoldsForALogicalLearner) {
  EXPECT_THAT(scores_on(LogicalLearner({{"chain", "bigger_a_c"},
                                        {"chain", "has"},
                                        {"combined", "bigger_a_c"},
                                        {"combined", "has"}},
                                       {{"chain", "bigger_c_a"},
                                        {"chain", "has_not"},
                                        {"combined", "bigger_c_a"},
                                        {"combined", "has_not"}}))
                  .effects,
              UnorderedElementsAre(Pair("chain_to_bigger_a_c_over_bigger_c_a_controlled", 2),
                                   Pair("chain_to_bigger_a_c_over_bigger_c_a_plain", 2),
                                   Pair("combined_to_bigger_a_c_over_bigger_c_a_controlled", 2),
                                   Pair("combined_to_bigger_a_c_over_bigger_c_a_plain", 2),
                                   Pair("chain_to_has_over_has_not_controlled", 2),
                                   Pair("chain_to_has_over_has_not_plain", 2),
                                   Pair("combined_to_has_over_has_not_controlled", 2),
                                   Pair("combined_to_has_over_has_not_plain", 2)));
}

// Of the pairs of neighbours in A>C, all 5 stand in the chain, and 2 of those in C>A; 3 of 5 of
// "has", 4 of 7 of "does not have".
TEST(Transitivity, PositionGivesOnlyThePlainContrasts) {
  EXPECT_THAT(
      scores_on(positional_influence).effects,
      UnorderedElementsAre(
          Pair("chain_to_bigger_a_c_over_bigger_c_a_controlled", 0),
          Pair("chain_to_bigger_a_c_over_bigger_c_a_plain", DoubleNear(3.0 / 5, kRounding)),
          Pair("combined_to_bigger_a_c_over_bigger_c_a_controlled", 0),
          Pair("combined_to_bigger_a_c_over_bigger_c_a_plain", DoubleNear(3.0 / 5, kRounding)),
          Pair("chain_to_has_over_has_not_controlled", 0),
          Pair("chain_to_has_over_has_not_plain", DoubleNear(3.0 / 5 - 4.0 / 7, kRounding)),
          Pair("combined_to_has_over_has_not_controlled", 0),
          Pair("combined_to_has_over_has_not_plain", DoubleNear(3.0 / 5 - 4.0 / 7, kRounding))));
}

// A>C and C>A have the same words. The chain has "have", which is in "does not have" alone.
TEST(Transitivity, IsViolatedByABagOfWords) {
  EXPECT_THAT(scores_on(bag_of_words_influence).effects,
              UnorderedElementsAre(Pair("chain_to_bigger_a_c_over_bigger_c_a_controlled", 0),
                                   Pair("chain_to_bigger_a_c_over_bigger_c_a_plain", 0),
                                   Pair("combined_to_bigger_a_c_over_bigger_c_a_controlled", 0),
                                   Pair("combined_to_bigger_a_c_over_bigger_c_a_plain", 0),
                                   Pair("chain_to_has_over_has_not_controlled", 0),
                                   Pair("chain_to_has_over_has_not_plain", -1),
                                   Pair("combined_to_has_over_has_not_controlled", 0),
                                   Pair("combined_to_has_over_has_not_plain", -1)));
}

TEST(Transitivity, OnlyPlainExpectationsAreSecondary) {
  for (const Expectation& expectation : desideratum_under_test()->info().expectations) {
    EXPECT_EQ(expectation.primary, !absl::EndsWith(expectation.id, "_plain")) << expectation.id;
  }
}

}  // namespace
}  // namespace eif
