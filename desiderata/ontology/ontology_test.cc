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

TEST(Ontology, TrainsOnPremisesAndTheirControls) {
  EXPECT_THAT(
      trained_texts(*desideratum_under_test()),
      IsSupersetOf(
          {"belongs_to: chain: ala belongs to the set of cyd. / cyd belongs to the set of bok.",
           "belongs_to: broken_chain: ala belongs to the set of cyd. / dun belongs to the set of "
           "bok.",
           "belongs_to: combined: ala belongs to the set of cyd and cyd belongs to the set of bok.",
           "belongs_to: broken_combined: ala belongs to the set of cyd and dun belongs to the set "
           "of bok.",
           "belongs_to: in_a_b: ala belongs to the set of cyd.",
           "belongs_to: compares_a_b: ala compares to the set of cyd.",
           "squares: chain: SQUARE belongs to the set of ala. / ala belongs to the set of "
           "RECTANGLE.",
           "squares: broken_chain: SQUARE belongs to the set of ala. / bok belongs to the set of "
           "RECTANGLE.",
           "squares: combined: SQUARE belongs to the set of ala and ala belongs to the set of "
           "RECTANGLE.",
           "squares: broken_combined: SQUARE belongs to the set of ala and bok belongs to the set "
           "of RECTANGLE."}));
}

TEST(Ontology, AsksForWhatFollowsAndWhatDoesNot) {
  EXPECT_THAT(
      evaluated_texts(*desideratum_under_test()),
      IsSupersetOf({"belongs_to: in_a_c: ala belongs to the set of bok.",
                    "belongs_to: in_c_a: bok belongs to the set of ala.",
                    "belongs_to: not_in_a_c: ala does not belong to the set of bok.",
                    "belongs_to: contains_b_a: cyd is a set that contains ala.",
                    "belongs_to: contains_a_b: ala is a set that contains cyd.",
                    "belongs_to: in_b_a: cyd belongs to the set of ala.",
                    "squares: in_square_rectangle: SQUARE belongs to the set of RECTANGLE.",
                    "squares: in_rectangle_square: RECTANGLE belongs to the set of SQUARE."}));
}

// 1 for what follows, −1 for the negation, 0 for the converse, which may be true or not.
TEST(Ontology, HoldsForALogicalLearner) {
  EXPECT_THAT(scores_on(LogicalLearner({{"chain", "in_a_c"},
                                        {"chain", "in_square_rectangle"},
                                        {"combined", "in_a_c"},
                                        {"combined", "in_square_rectangle"},
                                        {"in_a_b", "contains_b_a"}},
                                       {{"chain", "not_in_a_c"}, {"combined", "not_in_a_c"}}))
                  .effects,
              UnorderedElementsAre(
                  Pair("chain_to_in_a_c_over_in_c_a_controlled", 1),
                  Pair("chain_to_in_a_c_over_in_c_a_plain", 1),
                  Pair("combined_to_in_a_c_over_in_c_a_controlled", 1),
                  Pair("combined_to_in_a_c_over_in_c_a_plain", 1),
                  Pair("chain_to_in_a_c_over_not_in_a_c_controlled", 2),
                  Pair("chain_to_in_a_c_over_not_in_a_c_plain", 2),
                  Pair("combined_to_in_a_c_over_not_in_a_c_controlled", 2),
                  Pair("combined_to_in_a_c_over_not_in_a_c_plain", 2),
                  Pair("chain_to_in_square_rectangle_over_in_rectangle_square_controlled", 1),
                  Pair("chain_to_in_square_rectangle_over_in_rectangle_square_plain", 1),
                  Pair("combined_to_in_square_rectangle_over_in_rectangle_square_controlled", 1),
                  Pair("combined_to_in_square_rectangle_over_in_rectangle_square_plain", 1),
                  Pair("in_a_b_to_contains_b_a_over_contains_a_b_controlled", 1),
                  Pair("in_a_b_to_contains_b_a_over_in_b_a_plain", 1)));
}

// Of the pairs of neighbours in A∈C, all 7 stand in the chain, 4 of 7 of C∈A and 5 of 9 of A∉C. A∈B
// has 4 of 7 of B∈A and none of "B contains A".
TEST(Ontology, PositionGivesOnlyThePlainContrasts) {
  EXPECT_THAT(
      scores_on(positional_influence).effects,
      UnorderedElementsAre(
          Pair("chain_to_in_a_c_over_in_c_a_controlled", 0),
          Pair("chain_to_in_a_c_over_in_c_a_plain", DoubleNear(3.0 / 7, kRounding)),
          Pair("combined_to_in_a_c_over_in_c_a_controlled", 0),
          Pair("combined_to_in_a_c_over_in_c_a_plain", DoubleNear(3.0 / 7, kRounding)),
          Pair("chain_to_in_a_c_over_not_in_a_c_controlled", 0),
          Pair("chain_to_in_a_c_over_not_in_a_c_plain", DoubleNear(4.0 / 9, kRounding)),
          Pair("combined_to_in_a_c_over_not_in_a_c_controlled", 0),
          Pair("combined_to_in_a_c_over_not_in_a_c_plain", DoubleNear(4.0 / 9, kRounding)),
          Pair("chain_to_in_square_rectangle_over_in_rectangle_square_controlled", 0),
          Pair("chain_to_in_square_rectangle_over_in_rectangle_square_plain",
               DoubleNear(3.0 / 7, kRounding)),
          Pair("combined_to_in_square_rectangle_over_in_rectangle_square_controlled", 0),
          Pair("combined_to_in_square_rectangle_over_in_rectangle_square_plain",
               DoubleNear(3.0 / 7, kRounding)),
          Pair("in_a_b_to_contains_b_a_over_contains_a_b_controlled", 0),
          Pair("in_a_b_to_contains_b_a_over_in_b_a_plain", DoubleNear(-4.0 / 7, kRounding))));
}

// A∈C and C∈A have the same words; "belongs" is not in A∉C. Of the 7 words of A∈B, "B contains A"
// has 3.
TEST(Ontology, IsViolatedByABagOfWords) {
  EXPECT_THAT(scores_on(bag_of_words_influence).effects,
              UnorderedElementsAre(
                  Pair("chain_to_in_a_c_over_in_c_a_controlled", 0),
                  Pair("chain_to_in_a_c_over_in_c_a_plain", 0),
                  Pair("combined_to_in_a_c_over_in_c_a_controlled", 0),
                  Pair("combined_to_in_a_c_over_in_c_a_plain", 0),
                  Pair("chain_to_in_a_c_over_not_in_a_c_controlled", 0),
                  Pair("chain_to_in_a_c_over_not_in_a_c_plain", 1),
                  Pair("combined_to_in_a_c_over_not_in_a_c_controlled", 0),
                  Pair("combined_to_in_a_c_over_not_in_a_c_plain", 1),
                  Pair("chain_to_in_square_rectangle_over_in_rectangle_square_controlled", 0),
                  Pair("chain_to_in_square_rectangle_over_in_rectangle_square_plain", 0),
                  Pair("combined_to_in_square_rectangle_over_in_rectangle_square_controlled", 0),
                  Pair("combined_to_in_square_rectangle_over_in_rectangle_square_plain", 0),
                  Pair("in_a_b_to_contains_b_a_over_contains_a_b_controlled", 0),
                  Pair("in_a_b_to_contains_b_a_over_in_b_a_plain", -4)));
}

TEST(Ontology, OnlyPlainExpectationsAreSecondary) {
  for (const Expectation& expectation : desideratum_under_test()->info().expectations) {
    EXPECT_EQ(expectation.primary, !absl::EndsWith(expectation.id, "_plain")) << expectation.id;
  }
}

}  // namespace
}  // namespace eif
