#include <cmath>
#include <string>
#include <variant>
#include <vector>

#include "absl/strings/match.h"
#include "desiderata/shared/draw_for_test.h"
#include "desiderata/shared/learners_for_test.h"
#include "desiderata/shared/plugin_for_test.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace eif {
namespace {

using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

// Correlations of up to 9900 ranks.
constexpr double kRounding = 1e-12;

std::vector<Request> planned(Modality modality) {
  const absl::StatusOr<std::vector<Request>> requests =
      desideratum_under_test()->plan(DrawForTest(modality));
  EXPECT_TRUE(requests.ok()) << requests.status();
  return requests.ok() ? *requests : std::vector<Request>();
}

// 0 for a sample and itself, and different for all pairs of others: where the id stands in the
// list.
double some_distance(const Sample& a, const Sample& b) {
  return std::abs(static_cast<double>(std::hash<std::string>()(a.id) % 1009) -
                  static_cast<double>(std::hash<std::string>()(b.id) % 1009));
}

Influence falling(double sign) {
  return [sign](const Sample& a, const Sample& b) { return -sign * some_distance(a, b); };
}

// ---- Text ---------------------------------------------------------------------------------------

TEST(SemanticsOfText, AsksForInfluenceAndDistanceOfTheSameStatements) {
  const std::vector<Request> requests = planned(Modality::kText);
  ASSERT_EQ(requests.size(), 2u);
  EXPECT_EQ(requests[0].cells, Cells::kInfluence);
  EXPECT_EQ(requests[1].cells, Cells::kDistance);
  for (const Request& request : requests) {
    for (const auto* samples : {&request.trained, &request.evaluated}) {
      std::vector<std::string> ids;
      for (const Sample& sample : *samples) ids.push_back(sample.id);
      EXPECT_THAT(ids, ElementsAre("sold", "sold_light", "sold_heavy", "sold_related", "mother",
                                   "mother_light", "mother_heavy", "mother_related", "distractor"));
    }
  }
}

TEST(SemanticsOfText, HoldsWhereInfluenceFallsWithDistance) {
  for (const double sign : {1.0, -1.0}) {
    const Scores scores =
        scores_of(*desideratum_under_test(), Modality::kText, falling(sign), some_distance);
    EXPECT_NEAR(scores.effects.at("closer_helps_more_paraphrases"), sign, kRounding);
  }
}

// A bag of words passes the plain expectation where distance is one of words too, and has nothing
// left once words are accounted for.
TEST(SemanticsOfText, ABagOfWordsHasNothingBeyondWords) {
  const auto share = [](const Sample& a, const Sample& b) {
    const double common = bag_of_words_influence(a, b);
    return common / (bag_of_words_influence(a, a) + bag_of_words_influence(b, b) - common);
  };
  const auto distance = [&](const Sample& a, const Sample& b) {
    return 1 - share(a, b) + 1e-3 * some_distance(a, b);
  };
  const Scores scores = scores_of(*desideratum_under_test(), Modality::kText, share, distance);
  EXPECT_GT(scores.effects.at("closer_helps_more_paraphrases"), 0.5);
  EXPECT_TRUE(std::isnan(scores.effects.at("closer_helps_more_beyond_words_paraphrases")) ||
              std::abs(scores.effects.at("closer_helps_more_beyond_words_paraphrases")) < 0.1);
  EXPECT_NEAR(scores.observations.at("words_correlation"), 1, kRounding);
}

TEST(SemanticsOfText, ObservesEachGradeOfLikeness) {
  const auto grade = [](const Sample& trained, const Sample& evaluated) {
    if (trained.id != "sold" && trained.id != "mother") return 1000.0;
    if (evaluated.id == "distractor") return 4.0;
    if (!absl::StartsWith(evaluated.id, trained.id)) return 1000.0;
    if (absl::EndsWith(evaluated.id, "_light")) return 1.0;
    if (absl::EndsWith(evaluated.id, "_heavy")) return 2.0;
    return absl::EndsWith(evaluated.id, "_related") ? 3.0 : 1000.0;
  };
  const auto observations =
      scores_of(*desideratum_under_test(), Modality::kText, grade, grade).observations;
  for (const char* const what : {"influence_", "distance_"}) {
    EXPECT_EQ(observations.at(std::string(what) + "light"), 1);
    EXPECT_EQ(observations.at(std::string(what) + "heavy"), 2);
    EXPECT_EQ(observations.at(std::string(what) + "related"), 3);
    EXPECT_EQ(observations.at(std::string(what) + "unrelated"), 4);
  }
}

// ---- Images -------------------------------------------------------------------------------------

int label_of(const Sample& sample) { return std::get<LabelledImage>(sample.statements[0]).label; }

TEST(SemanticsOfImages, AsksForInfluenceAndDistanceOfAHundredDigits) {
  const std::vector<Request> requests = planned(Modality::kImage);
  ASSERT_EQ(requests.size(), 2u);
  EXPECT_EQ(requests[0].name, "digits");
  EXPECT_EQ(requests[1].cells, Cells::kDistance);
  for (const Request& request : requests) EXPECT_EQ(request.trained.size(), 100u);
}

TEST(SemanticsOfImages, HoldsWhereInfluenceFallsWithDistance) {
  const Scores scores =
      scores_of(*desideratum_under_test(), Modality::kImage, falling(1), some_distance);
  EXPECT_NEAR(scores.effects.at("closer_helps_more_digits"), 1, kRounding);
  EXPECT_NEAR(scores.effects.at("closer_helps_more_within_a_digit"), 1, kRounding);
}

// Helps its own digit by 3, others by 1, and itself by what no mean may have in it.
TEST(SemanticsOfImages, SameDigitAboveOthersIsADifferenceOfMeans) {
  const auto influence = [](const Sample& a, const Sample& b) {
    if (a.id == b.id) return 1000.0;
    return label_of(a) == label_of(b) ? 3.0 : 1.0;
  };
  const auto distance = [](const Sample& a, const Sample& b) {
    if (a.id == b.id) return 0.0;
    return label_of(a) == label_of(b) ? 0.25 : 0.75;
  };
  const Scores scores = scores_of(*desideratum_under_test(), Modality::kImage, influence, distance);
  EXPECT_EQ(scores.effects.at("same_digit_above_others"), 2);
  EXPECT_NEAR(scores.effects.at("closer_helps_more_digits"), 1, kRounding);
  // Nothing varies within a digit.
  EXPECT_TRUE(std::isnan(scores.effects.at("closer_helps_more_within_a_digit")));
  EXPECT_EQ(scores.observations.at("distance_within_a_digit"), 0.25);
  EXPECT_EQ(scores.observations.at("distance_between_digits"), 0.75);
}

TEST(Semantics, WhatIsMoreThanWordsOrLabelsIsSecondary) {
  std::vector<std::string> secondary;
  for (const Expectation& expectation : desideratum_under_test()->info().expectations) {
    if (!expectation.primary) secondary.push_back(expectation.id);
  }
  EXPECT_THAT(secondary, UnorderedElementsAre("closer_helps_more_beyond_words_paraphrases",
                                              "closer_helps_more_within_a_digit"));
}

}  // namespace
}  // namespace eif
