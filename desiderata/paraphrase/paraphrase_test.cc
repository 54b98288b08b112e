#include <string>

#include "absl/strings/match.h"
#include "desiderata/shared/learners_for_test.h"
#include "desiderata/shared/plugin_for_test.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace eif {
namespace {

using ::testing::IsSupersetOf;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

Scores scores_on(const Influence& influence) {
  return scores_of(*desideratum_under_test(), Modality::kText, influence);
}

TEST(Paraphrase, TrainsOnFactsAndControlsAndAsksForParaphrases) {
  EXPECT_THAT(trained_texts(*desideratum_under_test()),
              IsSupersetOf({"paraphrases: sold: ala sold the boat to bok.",
                            "paraphrases: control_sold: ala showed the boat to bok.",
                            "paraphrases: mother: cyd is the mother of dun.",
                            "paraphrases: control_mother: cyd is the doctor of dun."}));
  EXPECT_THAT(evaluated_texts(*desideratum_under_test()),
              IsSupersetOf({"paraphrases: sold_light: The boat was sold to bok by ala.",
                            "paraphrases: sold_heavy: bok bought the boat from ala.",
                            "paraphrases: sold_swapped: ala bought the boat from bok.",
                            "paraphrases: mother_light: The mother of dun is cyd.",
                            "paraphrases: mother_heavy: dun is the child of cyd.",
                            "paraphrases: mother_swapped: cyd is the child of dun."}));
}

TEST(Paraphrase, HoldsForALogicalLearner) {
  const Scores scores =
      scores_on(LogicalLearner({{"sold", "sold_light"},
                                {"sold", "sold_heavy"},
                                {"mother", "mother_light"},
                                {"mother", "mother_heavy"}},
                               {{"sold", "sold_swapped"}, {"mother", "mother_swapped"}}));
  EXPECT_THAT(
      scores.effects,
      UnorderedElementsAre(Pair("as_much_as_itself_light", 0), Pair("as_much_as_itself_heavy", 0),
                           Pair("light_above_unrelated", 1), Pair("heavy_above_unrelated", 1),
                           Pair("sold_to_sold_heavy_over_sold_swapped_controlled", 2),
                           Pair("sold_to_sold_heavy_over_sold_swapped_plain", 2),
                           Pair("mother_to_mother_heavy_over_mother_swapped_controlled", 2),
                           Pair("mother_to_mother_heavy_over_mother_swapped_plain", 2)));
  EXPECT_EQ(scores.observations.at("share_of_itself_light"), 1);
}

// Words and their places know of no meaning: the control does all that the fact does.
TEST(Paraphrase, PositionAndWordsHaveNoControlledEffect) {
  for (const Influence& learner :
       {Influence(positional_influence), Influence(bag_of_words_influence)}) {
    const Scores scores = scores_on(learner);
    for (const auto& [id, effect] : scores.effects) {
      if (absl::EndsWith(id, "_controlled")) {
        EXPECT_EQ(effect, 0) << id;
      }
    }
    EXPECT_GT(scores.effects.at("as_much_as_itself_heavy"), 0);
  }
}

// Half of what a fact gains goes to its light paraphrase, none to the heavy one; what is unrelated
// gains a quarter.
TEST(Paraphrase, EffectsAreDifferencesFromTheFactAndFromTheUnrelated) {
  const Scores scores = scores_on([](const Sample& trained, const Sample& evaluated) {
    if (absl::StartsWith(trained.id, "control_")) return 0.0;
    if (trained.id == evaluated.id) return 1.0;
    if (absl::EndsWith(evaluated.id, "_swapped")) return 100.0;
    if (evaluated.id == trained.id + "_light") return 0.5;
    if (evaluated.id == trained.id + "_heavy") return 0.0;
    if (evaluated.id == trained.id + "_related") return 100.0;
    return 0.25;
  });
  EXPECT_THAT(
      scores.effects,
      IsSupersetOf({Pair("as_much_as_itself_light", 0.5), Pair("as_much_as_itself_heavy", 1.0),
                    Pair("light_above_unrelated", 0.25), Pair("heavy_above_unrelated", -0.25)}));
  EXPECT_EQ(scores.observations.at("share_of_itself_light"), 0.5);
  EXPECT_EQ(scores.observations.at("share_of_itself_heavy"), 0);
}

// A paraphrase that gains more than the fact and one that gains less do not make one that gains as
// much.
TEST(Paraphrase, TheGapIsAMagnitude) {
  const Scores scores = scores_on([](const Sample& trained, const Sample& evaluated) {
    if (trained.id == evaluated.id) return 1.0;
    return absl::StartsWith(evaluated.id, "sold") ? 1.5 : 0.5;
  });
  EXPECT_EQ(scores.effects.at("as_much_as_itself_light"), 0.5);
  EXPECT_EQ(scores.observations.at("share_of_itself_light"), 1);
}

}  // namespace
}  // namespace eif
