#include <string>
#include <variant>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "desiderata/shared/draw_for_test.h"
#include "desiderata/shared/learners_for_test.h"
#include "desiderata/shared/plugin_for_test.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace eif {
namespace {

using ::testing::ElementsAre;

constexpr const char* kSigmas[] = {"0.1", "0.25", "0.5", "1", "2"};

std::vector<Request> planned() {
  absl::StatusOr<std::vector<Request>> requests =
      desideratum_under_test()->plan(DrawForTest(Modality::kImage));
  EXPECT_TRUE(requests.ok()) << requests.status();
  return requests.ok() ? *std::move(requests) : std::vector<Request>();
}

const LabelledImage& image_of(const Sample& sample) {
  return std::get<LabelledImage>(sample.statements[0]);
}

float pixel_of(const Sample& sample) { return image_of(sample).image.pixels[0]; }

// What the id of a sample says it is: "", "noisy_0.5_" or "noise_".
std::string kind_of(const Sample& sample) {
  return sample.id.substr(0, sample.id.size() - std::string("0_0").size());
}

// "0_3": the fourth zero, whatever was done to it.
std::string digit_of(const Sample& sample) { return sample.id.substr(kind_of(sample).size()); }

// Influence between different images of one digit by their kinds. Influence elsewhere is as large
// as to spoil every mean that has it in.
Influence within_digits(double clean_to_clean, double noisy_to_clean, double clean_to_noisy) {
  return [=](const Sample& trained, const Sample& evaluated) {
    // Helps by one half of the labels what it harms by the other.
    if (kind_of(trained) == "noise_") return image_of(trained).label % 2 == 0 ? 0.5 : -0.5;
    const bool related = image_of(trained).label == image_of(evaluated).label &&
                         digit_of(trained) != digit_of(evaluated);
    if (!related) return 1000.0;
    if (!kind_of(trained).empty()) return noisy_to_clean;
    return kind_of(evaluated).empty() ? clean_to_clean : clean_to_noisy;
  };
}

TEST(NoiseInvariance, MeasuresCleanNoisyAndPureNoise) {
  std::vector<std::string> names;
  for (const Request& request : planned()) {
    names.push_back(request.name);
    EXPECT_EQ(request.domain, "digits") << request.name;
    EXPECT_EQ(request.trained.size(), 100u) << request.name;
    EXPECT_EQ(request.evaluated.size(), 100u) << request.name;
  }
  EXPECT_THAT(names, ElementsAre("digits", "noisy_0.1_to_clean", "clean_to_noisy_0.1",
                                 "noisy_0.25_to_clean", "clean_to_noisy_0.25", "noisy_0.5_to_clean",
                                 "clean_to_noisy_0.5", "noisy_1_to_clean", "clean_to_noisy_1",
                                 "noisy_2_to_clean", "clean_to_noisy_2", "pure_noise_to_clean"));
}

TEST(NoiseInvariance, NoiseOfEachLevelIsAddedToTheCleanImages) {
  const std::vector<Request> requests = planned();
  ASSERT_EQ(requests.size(), 12u);
  const Request& clean = requests[0];
  const float sigmas[] = {0.1f, 0.25f, 0.5f, 1, 2};
  for (size_t level = 0; level < 5; ++level) {
    const Request& noisy_to_clean = requests[1 + 2 * level];
    const Request& clean_to_noisy = requests[2 + 2 * level];
    for (size_t i = 0; i < 100; ++i) {
      const float noisy =
          pixel_of(clean.trained[i]) + sigmas[level] * static_cast<float>(DrawForTest::kNormal);
      // One rounding of a number below 16 in float.
      EXPECT_NEAR(pixel_of(noisy_to_clean.trained[i]), noisy, 1e-6) << noisy_to_clean.name;
      EXPECT_EQ(pixel_of(clean_to_noisy.evaluated[i]), pixel_of(noisy_to_clean.trained[i]));
      EXPECT_EQ(pixel_of(noisy_to_clean.evaluated[i]), pixel_of(clean.trained[i]));
      EXPECT_EQ(pixel_of(clean_to_noisy.trained[i]), pixel_of(clean.trained[i]));
      EXPECT_EQ(noisy_to_clean.trained[i].id,
                absl::StrCat("noisy_", kSigmas[level], "_", clean.trained[i].id));
    }
  }
}

TEST(NoiseInvariance, PureNoiseHasLabelsAndNoPicture) {
  const std::vector<Request> requests = planned();
  ASSERT_EQ(requests.size(), 12u);
  for (const Sample& sample : requests.back().trained) {
    EXPECT_EQ(pixel_of(sample), DrawForTest::kNormal);
    EXPECT_EQ(sample.id, absl::StrCat("noise_", digit_of(sample)));
    EXPECT_EQ(absl::StrCat(image_of(sample).label), digit_of(sample).substr(0, 1));
  }
}

TEST(NoiseInvariance, CleanTeachesMoreForALearnerThatKnowsNoise) {
  const Scores scores =
      scores_of(*desideratum_under_test(), Modality::kImage, within_digits(1, 0.25, 0.5));
  for (const char* const level : kSigmas) {
    const std::string sigma = level;
    EXPECT_EQ(scores.effects.at("clean_teaches_more_than_noisy_" + sigma), 1 - 0.25);
    EXPECT_EQ(scores.effects.at("clean_helps_noisy_more_than_back_" + sigma), 0.5 - 0.25);
    EXPECT_EQ(scores.observations.at("noisy_" + sigma + "_to_clean"), 0.25);
    EXPECT_EQ(scores.observations.at("clean_to_noisy_" + sigma), 0.5);
  }
  EXPECT_EQ(scores.observations.at("clean_to_clean"), 1);
}

TEST(NoiseInvariance, IsViolatedByALearnerThatDoesNotTellNoise) {
  const Scores scores =
      scores_of(*desideratum_under_test(), Modality::kImage, within_digits(1, 1, 1));
  for (const char* const level : kSigmas) {
    const std::string sigma = level;
    EXPECT_EQ(scores.effects.at("clean_teaches_more_than_noisy_" + sigma), 0);
    EXPECT_EQ(scores.effects.at("clean_helps_noisy_more_than_back_" + sigma), 0);
  }
}

TEST(NoiseInvariance, InfluenceOfPureNoiseIsAMagnitude) {
  const Scores scores =
      scores_of(*desideratum_under_test(), Modality::kImage, within_digits(1, 0, 0));
  EXPECT_EQ(scores.effects.at("pure_noise_teaches_nothing"), 0.5);
  EXPECT_EQ(scores.observations.at("pure_noise_to_clean"), 0);
}

TEST(NoiseInvariance, LowLevelsOfNoiseDoNotDecide) {
  for (const Expectation& expectation : desideratum_under_test()->info().expectations) {
    const bool is_low =
        absl::EndsWith(expectation.id, "_0.1") || absl::EndsWith(expectation.id, "_0.25");
    EXPECT_EQ(expectation.primary, !is_low) << expectation.id;
  }
}

}  // namespace
}  // namespace eif
