#include <cmath>
#include <string>
#include <variant>

#include "absl/strings/match.h"
#include "desiderata/shared/learners_for_test.h"
#include "desiderata/shared/plugin_for_test.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace eif {
namespace {

using ::testing::IsSupersetOf;

constexpr const char* kRelations[] = {"likes", "visited", "employs"};

Scores scores_on(const Influence& influence) {
  return scores_of(*desideratum_under_test(), Modality::kText, influence);
}

TEST(Forgetting, TrainsOnOneObjectOnBothAndBesideAnotherSubject) {
  EXPECT_THAT(trained_texts(*desideratum_under_test()),
              IsSupersetOf({"one_to_many: likes_b: ala likes bok.",
                            "one_to_many: likes_both: ala likes bok. / ala likes cyd.",
                            "one_to_many: control_likes_both: ala likes bok. / dun likes cyd."}));
  EXPECT_THAT(evaluated_texts(*desideratum_under_test()),
              IsSupersetOf({"one_to_many: likes_b: ala likes bok.",
                            "one_to_many: likes_c: ala likes cyd."}));
}

TEST(Forgetting, HoldsForALogicalLearner) {
  LogicalLearner::Cells implied;
  for (const std::string relation : kRelations) {
    implied.insert({relation + "_both", relation + "_b"});
    implied.insert({relation + "_both", relation + "_c"});
    implied.insert({"control_" + relation + "_both", relation + "_b"});
  }
  const Scores scores = scores_on(LogicalLearner(implied));
  EXPECT_EQ(scores.effects.size(), 9u);
  for (const auto& [id, effect] : scores.effects) {
    EXPECT_EQ(effect, absl::EndsWith(id, "_second_learned") ? 1 : 0) << id;
  }
  EXPECT_EQ(scores.observations.at("likes_kept_share"), 1);
}

// Knows only what it read last.
TEST(Forgetting, IsViolatedByALearnerThatKeepsTheLastStatementOnly) {
  const Scores scores = scores_on([](const Sample& trained, const Sample& evaluated) {
    return std::get<std::string>(trained.statements.back()) ==
                   std::get<std::string>(evaluated.statements.back())
               ? 1.0
               : 0.0;
  });
  for (const std::string relation : kRelations) {
    EXPECT_EQ(scores.effects.at(relation + "_first_kept"), 1);
    EXPECT_EQ(scores.effects.at(relation + "_second_learned"), 1);
    EXPECT_EQ(scores.effects.at(relation + "_first_kept_as_beside_another_subject"), 0);
    EXPECT_EQ(scores.observations.at(relation + "_kept_share"), 0);
  }
}

TEST(Forgetting, AGainIsNoLoss) {
  const Scores scores = scores_on([](const Sample& trained, const Sample&) {
    if (absl::StartsWith(trained.id, "control_")) return 1.25;
    return absl::EndsWith(trained.id, "_both") ? 1.5 : 1.0;
  });
  EXPECT_EQ(scores.effects.at("likes_first_kept"), 0);
  EXPECT_EQ(scores.effects.at("likes_first_kept_as_beside_another_subject"), 0);
  EXPECT_EQ(scores.observations.at("likes_kept_share"), 1.5);
}

TEST(Forgetting, LossIsBesideTheControl) {
  const Scores scores = scores_on([](const Sample& trained, const Sample&) {
    if (absl::StartsWith(trained.id, "control_")) return 0.75;
    return absl::EndsWith(trained.id, "_both") ? 0.5 : 1.0;
  });
  EXPECT_EQ(scores.effects.at("likes_first_kept"), 0.5);
  EXPECT_EQ(scores.effects.at("likes_first_kept_as_beside_another_subject"), 0.25);
}

TEST(Forgetting, AMissingCellIsAMissingNumber) {
  const Scores scores = scores_on([](const Sample&, const Sample&) { return NAN; });
  for (const auto& [id, effect] : scores.effects) EXPECT_TRUE(std::isnan(effect)) << id;
}

}  // namespace
}  // namespace eif
