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

TEST(Compositionality, TrainsOnChainsAndBrokenChains) {
  EXPECT_THAT(
      trained_texts(*desideratum_under_test()),
      IsSupersetOf({"part_of: chain: ala is a part of cyd. / cyd is a part of bok.",
                    "part_of: broken_chain: ala is a part of cyd. / dun is a part of bok.",
                    "part_of: combined: ala is a part of cyd and cyd is a part of bok.",
                    "part_of: broken_combined: ala is a part of cyd and dun is a part of bok."}));
}

TEST(Compositionality, AsksForWhatFollowsAndWhatDoesNot) {
  EXPECT_THAT(evaluated_texts(*desideratum_under_test()),
              IsSupersetOf({"part_of: part_a_c: ala is a part of bok.",
                            "part_of: part_c_a: bok is a part of ala.",
                            "part_of: not_part_a_c: ala is not a part of bok."}));
}

// 1 for what follows, −1 for what is ruled out, and nothing of either from a broken chain.
TEST(Compositionality, HoldsForALogicalLearner) {
  EXPECT_THAT(scores_on(LogicalLearner({{"chain", "part_a_c"}, {"combined", "part_a_c"}},
                                       {{"chain", "part_c_a"},
                                        {"chain", "not_part_a_c"},
                                        {"combined", "part_c_a"},
                                        {"combined", "not_part_a_c"}}))
                  .effects,
              UnorderedElementsAre(Pair("chain_to_part_a_c_over_part_c_a_controlled", 2),
                                   Pair("chain_to_part_a_c_over_part_c_a_plain", 2),
                                   Pair("combined_to_part_a_c_over_part_c_a_controlled", 2),
                                   Pair("combined_to_part_a_c_over_part_c_a_plain", 2),
                                   Pair("chain_to_part_a_c_over_not_part_a_c_controlled", 2),
                                   Pair("chain_to_part_a_c_over_not_part_a_c_plain", 2),
                                   Pair("combined_to_part_a_c_over_not_part_a_c_controlled", 2),
                                   Pair("combined_to_part_a_c_over_not_part_a_c_plain", 2)));
}

// Of the pairs of neighbours in the conclusion, all 6 stand in the chain, 3 of 6 of its converse
// and 5 of 7 of its negation.
TEST(Compositionality, PositionGivesOnlyThePlainContrasts) {
  EXPECT_THAT(
      scores_on(positional_influence).effects,
      UnorderedElementsAre(
          Pair("chain_to_part_a_c_over_part_c_a_controlled", 0),
          Pair("chain_to_part_a_c_over_part_c_a_plain", DoubleNear(3.0 / 6, kRounding)),
          Pair("combined_to_part_a_c_over_part_c_a_controlled", 0),
          Pair("combined_to_part_a_c_over_part_c_a_plain", DoubleNear(3.0 / 6, kRounding)),
          Pair("chain_to_part_a_c_over_not_part_a_c_controlled", 0),
          Pair("chain_to_part_a_c_over_not_part_a_c_plain", DoubleNear(2.0 / 7, kRounding)),
          Pair("combined_to_part_a_c_over_not_part_a_c_controlled", 0),
          Pair("combined_to_part_a_c_over_not_part_a_c_plain", DoubleNear(2.0 / 7, kRounding))));
}

// The converse has the same words, and the negation one more, which is in no chain.
TEST(Compositionality, IsViolatedByABagOfWords) {
  EXPECT_THAT(scores_on(bag_of_words_influence).effects,
              UnorderedElementsAre(Pair("chain_to_part_a_c_over_part_c_a_controlled", 0),
                                   Pair("chain_to_part_a_c_over_part_c_a_plain", 0),
                                   Pair("combined_to_part_a_c_over_part_c_a_controlled", 0),
                                   Pair("combined_to_part_a_c_over_part_c_a_plain", 0),
                                   Pair("chain_to_part_a_c_over_not_part_a_c_controlled", 0),
                                   Pair("chain_to_part_a_c_over_not_part_a_c_plain", 0),
                                   Pair("combined_to_part_a_c_over_not_part_a_c_controlled", 0),
                                   Pair("combined_to_part_a_c_over_not_part_a_c_plain", 0)));
}

TEST(Compositionality, OnlyPlainExpectationsAreSecondary) {
  for (const Expectation& expectation : desideratum_under_test()->info().expectations) {
    EXPECT_EQ(expectation.primary, !absl::EndsWith(expectation.id, "_plain")) << expectation.id;
  }
}

}  // namespace
}  // namespace eif
