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

TEST(Implication, TrainsOnFactsAndOnWhatIsUncertain) {
  EXPECT_THAT(
      trained_texts(*desideratum_under_test()),
      IsSupersetOf({"belongs_to: in_a_c: ala belongs to the set of bok.",
                    "belongs_to: might_in_a_c: ala might belong to the set of bok.",
                    "belongs_to: would_in_a_c: ala would belong to the set of bok.",
                    "transitivity: is: a ala is a bok", "transitivity: has: a ala has a cyd"}));
}

TEST(Implication, AsksForFactsNegationsAndWhatIsUncertain) {
  EXPECT_THAT(
      evaluated_texts(*desideratum_under_test()),
      IsSupersetOf({"belongs_to: in_a_c: ala belongs to the set of bok.",
                    "belongs_to: not_in_a_c: ala does not belong to the set of bok.",
                    "belongs_to: might_in_a_c: ala might belong to the set of bok.",
                    "belongs_to: would_in_a_c: ala would belong to the set of bok.",
                    "transitivity: is: a ala is a bok", "transitivity: is_not: a ala is not a bok",
                    "transitivity: has: a ala has a cyd",
                    "transitivity: has_not: a ala does not have a cyd"}));
}

TEST(Implication, HoldsForALogicalLearner) {
  EXPECT_THAT(
      scores_on(LogicalLearner({{"in_a_c", "might_in_a_c"}},
                               {{"in_a_c", "not_in_a_c"}, {"is", "is_not"}, {"has", "has_not"}}))
          .effects,
      UnorderedElementsAre(Pair("in_a_c_lowers_not_in_a_c", 1),
                           Pair("in_a_c_to_in_a_c_over_not_in_a_c_plain", 2),
                           Pair("is_lowers_is_not", 1), Pair("is_to_is_over_is_not_plain", 2),
                           Pair("has_lowers_has_not", 1), Pair("has_to_has_over_has_not_plain", 2),
                           Pair("in_a_c_to_might_in_a_c_over_back_controlled", 1),
                           Pair("in_a_c_to_might_in_a_c_over_back_plain", 1)));
}

// A fact has 5 of the 9, 4 of 6 and 3 of 7 pairs of neighbours of its negation, and all of its own;
// 5 of the 8 of "might", which has 5 of its 7.
TEST(Implication, IsViolatedByPosition) {
  EXPECT_THAT(scores_on(positional_influence).effects,
              UnorderedElementsAre(
                  Pair("in_a_c_lowers_not_in_a_c", DoubleNear(-5.0 / 9, kRounding)),
                  Pair("in_a_c_to_in_a_c_over_not_in_a_c_plain", DoubleNear(4.0 / 9, kRounding)),
                  Pair("is_lowers_is_not", DoubleNear(-4.0 / 6, kRounding)),
                  Pair("is_to_is_over_is_not_plain", DoubleNear(2.0 / 6, kRounding)),
                  Pair("has_lowers_has_not", DoubleNear(-3.0 / 7, kRounding)),
                  Pair("has_to_has_over_has_not_plain", DoubleNear(4.0 / 7, kRounding)),
                  Pair("in_a_c_to_might_in_a_c_over_back_controlled", 0),
                  Pair("in_a_c_to_might_in_a_c_over_back_plain",
                       DoubleNear(5.0 / 8 - 5.0 / 7, kRounding))));
}

// The words a fact has in common with its negation, out of 7, 4 and 4.
TEST(Implication, IsViolatedByABagOfWords) {
  EXPECT_THAT(
      scores_on(bag_of_words_influence).effects,
      UnorderedElementsAre(Pair("in_a_c_lowers_not_in_a_c", -6),
                           Pair("in_a_c_to_in_a_c_over_not_in_a_c_plain", 1),
                           Pair("is_lowers_is_not", -4), Pair("is_to_is_over_is_not_plain", 0),
                           Pair("has_lowers_has_not", -3), Pair("has_to_has_over_has_not_plain", 1),
                           Pair("in_a_c_to_might_in_a_c_over_back_controlled", 0),
                           Pair("in_a_c_to_might_in_a_c_over_back_plain", 0)));
}

TEST(Implication, OnlyPlainExpectationsAreSecondary) {
  for (const Expectation& expectation : desideratum_under_test()->info().expectations) {
    EXPECT_EQ(expectation.primary, !absl::EndsWith(expectation.id, "_plain")) << expectation.id;
  }
}

}  // namespace
}  // namespace eif
