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

TEST(Causality, TrainsOnChainsAndOnChainsWithALinkBroken) {
  EXPECT_THAT(trained_texts(*desideratum_under_test()),
              IsSupersetOf({"chain_induces: chain_2: Whenever ala happens, it causes cyd to "
                            "happen. / Whenever cyd happens, it causes bok to happen.",
                            "chain_induces: broken_chain_2: Whenever ala happens, it causes cyd "
                            "to happen. / Whenever fot happens, it causes bok to happen.",
                            "chain_induces: combined_2: Whenever ala happens, it causes cyd to "
                            "happen and whenever cyd happens, it causes bok to happen.",
                            "chain_induces: broken_combined_2: Whenever ala happens, it causes "
                            "cyd to happen and whenever fot happens, it causes bok to happen.",
                            "chain_induces: chain_4: Whenever ala happens, it causes cyd to "
                            "happen. / Whenever cyd happens, it causes dun to happen. / "
                            "Whenever dun happens, it causes eri to happen. / Whenever eri "
                            "happens, it causes bok to happen.",
                            "chain_induces: broken_chain_4: Whenever ala happens, it causes cyd "
                            "to happen. / Whenever cyd happens, it causes dun to happen. / "
                            "Whenever fot happens, it causes eri to happen. / Whenever eri "
                            "happens, it causes bok to happen.",
                            "chain_induces: combined_4: Whenever ala happens, it causes cyd to "
                            "happen and whenever cyd happens, it causes dun to happen and "
                            "whenever dun happens, it causes eri to happen and whenever eri "
                            "happens, it causes bok to happen.",
                            "chain_induces: broken_combined_4: Whenever ala happens, it causes "
                            "cyd to happen and whenever cyd happens, it causes dun to happen "
                            "and whenever fot happens, it causes eri to happen and whenever eri "
                            "happens, it causes bok to happen."}));
}

TEST(Causality, AsksForTheLastEffectAndTheConverse) {
  EXPECT_THAT(
      evaluated_texts(*desideratum_under_test()),
      IsSupersetOf({"chain_induces: causes_a_z: Whenever ala happens, it causes bok to happen.",
                    "chain_induces: causes_z_a: Whenever bok happens, it causes ala to happen."}));
}

TEST(Causality, HoldsForALogicalLearner) {
  EXPECT_THAT(scores_on(LogicalLearner({{"chain_2", "causes_a_z"},
                                        {"combined_2", "causes_a_z"},
                                        {"chain_4", "causes_a_z"},
                                        {"combined_4", "causes_a_z"}}))
                  .effects,
              UnorderedElementsAre(Pair("chain_2_to_causes_a_z_over_causes_z_a_controlled", 1),
                                   Pair("chain_2_to_causes_a_z_over_causes_z_a_plain", 1),
                                   Pair("combined_2_to_causes_a_z_over_causes_z_a_controlled", 1),
                                   Pair("combined_2_to_causes_a_z_over_causes_z_a_plain", 1),
                                   Pair("chain_4_to_causes_a_z_over_causes_z_a_controlled", 1),
                                   Pair("chain_4_to_causes_a_z_over_causes_z_a_plain", 1),
                                   Pair("combined_4_to_causes_a_z_over_causes_z_a_controlled", 1),
                                   Pair("combined_4_to_causes_a_z_over_causes_z_a_plain", 1)));
}

// Of the 8 pairs of neighbours in "A causes Z", all stand in the chains, and 4 of those in "Z
// causes A".
TEST(Causality, PositionGivesOnlyThePlainContrasts) {
  EXPECT_THAT(
      scores_on(positional_influence).effects,
      UnorderedElementsAre(
          Pair("chain_2_to_causes_a_z_over_causes_z_a_controlled", 0),
          Pair("chain_2_to_causes_a_z_over_causes_z_a_plain", DoubleNear(4.0 / 8, kRounding)),
          Pair("combined_2_to_causes_a_z_over_causes_z_a_controlled", 0),
          Pair("combined_2_to_causes_a_z_over_causes_z_a_plain", DoubleNear(4.0 / 8, kRounding)),
          Pair("chain_4_to_causes_a_z_over_causes_z_a_controlled", 0),
          Pair("chain_4_to_causes_a_z_over_causes_z_a_plain", DoubleNear(4.0 / 8, kRounding)),
          Pair("combined_4_to_causes_a_z_over_causes_z_a_controlled", 0),
          Pair("combined_4_to_causes_a_z_over_causes_z_a_plain", DoubleNear(4.0 / 8, kRounding))));
}

// Both conclusions have the same words.
TEST(Causality, IsViolatedByABagOfWords) {
  EXPECT_THAT(scores_on(bag_of_words_influence).effects,
              UnorderedElementsAre(Pair("chain_2_to_causes_a_z_over_causes_z_a_controlled", 0),
                                   Pair("chain_2_to_causes_a_z_over_causes_z_a_plain", 0),
                                   Pair("combined_2_to_causes_a_z_over_causes_z_a_controlled", 0),
                                   Pair("combined_2_to_causes_a_z_over_causes_z_a_plain", 0),
                                   Pair("chain_4_to_causes_a_z_over_causes_z_a_controlled", 0),
                                   Pair("chain_4_to_causes_a_z_over_causes_z_a_plain", 0),
                                   Pair("combined_4_to_causes_a_z_over_causes_z_a_controlled", 0),
                                   Pair("combined_4_to_causes_a_z_over_causes_z_a_plain", 0)));
}

TEST(Causality, OnlyPlainExpectationsAreSecondary) {
  for (const Expectation& expectation : desideratum_under_test()->info().expectations) {
    EXPECT_EQ(expectation.primary, !absl::EndsWith(expectation.id, "_plain")) << expectation.id;
  }
}

}  // namespace
}  // namespace eif
