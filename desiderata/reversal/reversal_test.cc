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

TEST(Reversal, AsksFromTheOtherEndForTheNameAndForAnother) {
  EXPECT_THAT(trained_texts(*desideratum_under_test()),
              IsSupersetOf({"reversals: mayor_name_first: ala is the mayor of bok.",
                            "reversals: control_mayor_name_first: ala met the mayor of bok.",
                            "reversals: inventor_name_last: The inventor of the bok is ala.",
                            "reversals: control_inventor_name_last: The inventor of the bok met "
                            "ala."}));
  EXPECT_THAT(evaluated_texts(*desideratum_under_test()),
              IsSupersetOf({"reversals: mayor_name_last: The mayor of bok is ala.",
                            "reversals: mayor_other_person: The mayor of bok is dun.",
                            "reversals: inventor_name_first: ala is the inventor of the bok.",
                            "reversals: inventor_other_thing: ala is the inventor of the cyd."}));
}

TEST(Reversal, HoldsForALogicalLearner) {
  const Scores scores = scores_on(LogicalLearner({{"mayor_name_first", "mayor_name_last"},
                                                  {"mayor_name_last", "mayor_name_first"},
                                                  {"inventor_name_first", "inventor_name_last"},
                                                  {"inventor_name_last", "inventor_name_first"}}));
  EXPECT_EQ(scores.effects.size(), 8u);
  for (const auto& [id, effect] : scores.effects) EXPECT_EQ(effect, 1) << id;
}

// Having met a name makes it likelier, and no more: the plain form holds for the wrong reason.
TEST(Reversal, KnowingTheNameIsNotKnowingTheFact) {
  const Scores scores = scores_on(bag_of_words_influence);
  for (const auto& [id, effect] : scores.effects) {
    EXPECT_EQ(effect, absl::EndsWith(id, "_controlled") ? 0 : 1) << id;
  }
}

TEST(Reversal, PositionHasNoControlledEffect) {
  for (const auto& [id, effect] : scores_on(positional_influence).effects) {
    if (absl::EndsWith(id, "_controlled")) {
      EXPECT_EQ(effect, 0) << id;
    }
  }
}

TEST(Reversal, OnlyPlainExpectationsAreSecondary) {
  for (const Expectation& expectation : desideratum_under_test()->info().expectations) {
    EXPECT_EQ(expectation.primary, !absl::EndsWith(expectation.id, "_plain")) << expectation.id;
  }
}

}  // namespace
}  // namespace eif
