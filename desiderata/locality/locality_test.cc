#include <cmath>
#include <string>

#include "absl/strings/match.h"
#include "desiderata/shared/draw_for_test.h"
#include "desiderata/shared/learners_for_test.h"
#include "desiderata/shared/plugin_for_test.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace eif {
namespace {

using ::testing::Contains;
using ::testing::Pair;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

bool is_everyday(const Sample& sample) { return absl::StartsWith(sample.id, "claim_"); }

Scores scores_on(const Influence& influence) {
  return scores_of(*desideratum_under_test(), Modality::kText, influence);
}

TEST(Locality, TrainsOnMadeUpStatementsAndAsksForEverydaySentencesToo) {
  EXPECT_THAT(trained_texts(*desideratum_under_test()), SizeIs(8));
  EXPECT_THAT(trained_texts(*desideratum_under_test()),
              Contains("locality: bigger_than_bigger_a_b: ala is bigger than bok."));
  EXPECT_THAT(evaluated_texts(*desideratum_under_test()), SizeIs(16));
  // The first of the forty, as every number of this draw is 0.
  EXPECT_THAT(evaluated_texts(*desideratum_under_test()),
              Contains("locality: claim_001: Bread goes stale faster when it is left uncovered."));
}

TEST(Locality, HoldsForALogicalLearner) {
  EXPECT_THAT(
      scores_on(LogicalLearner({})).effects,
      UnorderedElementsAre(Pair("everyday_unmoved", 0), Pair("everyday_unmoved_by_the_worst", 0)));
}

// Two statements move every everyday sentence, one up and one down; what made-up statements do for
// each other does not count.
TEST(Locality, MovesAreMagnitudes) {
  const Scores scores = scores_on([](const Sample& trained, const Sample& evaluated) {
    if (!is_everyday(evaluated)) return 1000.0;
    if (trained.id == "transitivity_is") return 0.5;
    return trained.id == "squares_in_square_b" ? -0.5 : 0.0;
  });
  EXPECT_EQ(scores.effects.at("everyday_unmoved"), 2 * 0.5 / 8);
  EXPECT_EQ(scores.effects.at("everyday_unmoved_by_the_worst"), 0.5);
  EXPECT_EQ(scores.observations.at("everyday_mean"), 0);
  EXPECT_EQ(scores.observations.at("everyday_harmed"), 1.0 / 8);
}

TEST(Locality, AMissingCellIsAMissingNumber) {
  const Scores scores = scores_on([](const Sample& trained, const Sample& evaluated) {
    return is_everyday(evaluated) && trained.id == "transitivity_is" ? NAN : 1.0;
  });
  for (const auto& [id, effect] : scores.effects) EXPECT_TRUE(std::isnan(effect)) << id;
  EXPECT_TRUE(std::isnan(scores.observations.at("everyday_harmed")));
}

TEST(Locality, ObservesWhatTheSentencesCostBefore) {
  const auto desideratum = desideratum_under_test();
  const DrawForTest draw(Modality::kText);
  const auto requests = desideratum->plan(draw);
  ASSERT_TRUE(requests.ok()) << requests.status();
  Answers answers = answers_of(*requests, LogicalLearner({}));
  Matrix& matrix = answers.at("locality");
  for (size_t column = 0; column < 16; ++column) matrix.base()[column] = column < 8 ? 100 : 3;
  const auto scores = desideratum->score(draw, answers);
  ASSERT_TRUE(scores.ok()) << scores.status();
  EXPECT_EQ(scores->observations.at("everyday_base_loss"), 3);
}

}  // namespace
}  // namespace eif
