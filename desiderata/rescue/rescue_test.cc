#include <set>
#include <string>

#include "absl/strings/match.h"
#include "desiderata/shared/learners_for_test.h"
#include "desiderata/shared/plugin_for_test.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace eif {
namespace {

using ::testing::IsSupersetOf;

Scores scores_on(const Influence& influence) {
  return scores_of(*desideratum_under_test(), Modality::kText, influence);
}

TEST(Rescue, EveryExpectationIsAPrimaryGainInContext) {
  const DesideratumInfo info = desideratum_under_test()->info();
  EXPECT_EQ(info.expectations.size(), 23u);  // 4 + 7 + 4 + 4 + 4
  for (const Expectation& expectation : info.expectations) {
    EXPECT_TRUE(expectation.gain_in_context) << expectation.id;
    EXPECT_TRUE(expectation.primary) << expectation.id;
    EXPECT_EQ(expectation.only_for, Modality::kText) << expectation.id;
    EXPECT_TRUE(absl::StartsWith(expectation.claim, "in context − by fine-tuning: "));
    EXPECT_FALSE(absl::EndsWith(expectation.id, "_plain")) << expectation.id;
  }
}

TEST(Rescue, AsksForTheSamplesOfFiveDesiderata) {
  EXPECT_THAT(
      trained_texts(*desideratum_under_test()),
      IsSupersetOf({"bigger_than: chain: ala is bigger than bok. / bok is bigger than cyd.",
                    "transitivity: chain: a ala is a bok / all boks have a cyd",
                    "belongs_to: in_a_c: ala belongs to the set of bok.",
                    "squares: chain: SQUARE belongs to the set of ala. / ala belongs to the set of "
                    "RECTANGLE.",
                    "chain_induces: chain_2: Whenever ala happens, it causes cyd to happen. / "
                    "Whenever cyd happens, it causes bok to happen.",
                    "part_of: chain: ala is a part of cyd. / cyd is a part of bok."}));
}

// The effects are those of one condition: the harness takes the difference.
TEST(Rescue, ScoresTheEffectsOfACondition) {
  const Scores scores = scores_on(LogicalLearner({{"chain", "bigger_a_c"},
                                                   {"exchanged_chain", "bigger_a_c"},
                                                   {"chain_2", "causes_a_z"},
                                                   {"exchanged_chain_2", "causes_a_z"}},
                                                  {{"is", "is_not"}}));
  std::set<std::string> positive;
  for (const auto& [id, effect] : scores.effects) {
    if (effect > 0) positive.insert(id);
  }
  // Two effects of 1 (what is in a broken chain does not count), and one of 0 − (−1), of 23.
  EXPECT_EQ(scores.observations.at("mean_effect"), 3.0 / 23);
  EXPECT_THAT(positive, testing::ElementsAre("chain_2_to_causes_a_z_over_causes_z_a_controlled",
                                             "chain_to_bigger_a_c_over_bigger_c_a_controlled",
                                             "is_to_is_indeed_over_is_not"));
}

TEST(Rescue, PositionAloneHasNoControlledEffect) {
  for (const auto& [id, effect] : scores_on(positional_influence).effects) {
    if (absl::EndsWith(id, "_controlled")) {
      EXPECT_EQ(effect, 0) << id;
    }
  }
}

}  // namespace
}  // namespace eif
