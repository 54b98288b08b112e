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

// ---- Texts --------------------------------------------------------------------------------------

constexpr const char* kTextNoises[] = {"syllables_0.25", "syllables_0.5", "syllables_1",
                                       "words_0.25",     "words_0.5",     "words_1"};

std::vector<std::string> texts_of(const std::vector<Sample>& samples) {
  std::vector<std::string> texts;
  for (const Sample& sample : samples) {
    texts.push_back(absl::StrCat(sample.id, ": ", std::get<std::string>(sample.statements[0])));
  }
  return texts;
}

std::vector<Request> planned_texts() {
  absl::StatusOr<std::vector<Request>> requests =
      desideratum_under_test()->plan(DrawForTest(Modality::kText));
  EXPECT_TRUE(requests.ok()) << requests.status();
  return requests.ok() ? *std::move(requests) : std::vector<Request>();
}

// Every random number of the draw is 0: the first syllables or words each take the place of the next.
TEST(NoiseInvarianceOfText, NoiseIsAddedToTheParaphrases) {
  const std::vector<Request> requests = planned_texts();
  ASSERT_EQ(requests.size(), 4u);
  for (const Request& request : requests) EXPECT_EQ(request.domain, "paraphrases");
  EXPECT_THAT(texts_of(requests[0].trained),
              ElementsAre("sold: ala sold the boat to bok.", "mother: cyd is the mother of dun.",
                          "sold_light: The boat was sold to bok by ala.",
                          "mother_light: The mother of dun is cyd."));
  EXPECT_THAT(texts_of(requests[1].trained),
              ElementsAre("syllables_0.25_sold_light: The boat was sold to a by bokla.",
                          "syllables_0.25_mother_light: The mother of cyd is dun.",
                          "syllables_0.5_sold_light: The boat was sold to a by bokla.",
                          "syllables_0.5_mother_light: The mother of cyd is dun.",
                          "syllables_1_sold_light: The boat was sold to la by boka.",
                          "syllables_1_mother_light: The mother of cyd is dun.",
                          "words_0.25_sold_light: boat The was sold to bok by ala.",
                          "words_0.25_mother_light: mother The of dun is cyd.",
                          "words_0.5_sold_light: sold The boat was to bok by ala.",
                          "words_0.5_mother_light: of The mother dun is cyd.",
                          "words_1_sold_light: ala The boat was sold to bok by.",
                          "words_1_mother_light: cyd The mother of dun is."));
  EXPECT_EQ(texts_of(requests[2].evaluated), texts_of(requests[1].trained));
  EXPECT_THAT(texts_of(requests[3].trained),
              ElementsAre("random_words_sold_light: eri fot gul hov iga jun kel lom.",
                          "random_words_mother_light: mir nal ope pir qua rul."));
}

// A learner with given influence between a fact and its paraphrase, clean or noisy. Influence
// elsewhere is as large as to spoil every mean that has it in.
Influence within_facts(double clean_to_clean, double noisy_to_clean, double clean_to_noisy) {
  return [=](const Sample& trained, const Sample& evaluated) {
    if (absl::StartsWith(trained.id, "random_words_sold")) return 0.5;
    if (absl::StartsWith(trained.id, "random_words_")) return -0.5;
    const bool of_sold = absl::StrContains(trained.id, "sold");
    if (of_sold != absl::StrContains(evaluated.id, "sold")) return 1000.0;
    const auto noisy = [](const Sample& sample) {
      return absl::StartsWith(sample.id, "syllables") || absl::StartsWith(sample.id, "words");
    };
    if (noisy(trained)) return noisy_to_clean;
    if (noisy(evaluated)) return clean_to_noisy;
    const bool from_paraphrase = absl::EndsWith(trained.id, "_light");
    return from_paraphrase && !absl::EndsWith(evaluated.id, "_light") ? clean_to_clean : 1000.0;
  };
}

TEST(NoiseInvarianceOfText, CleanTeachesMoreForALearnerThatKnowsNoise) {
  const Scores scores =
      scores_of(*desideratum_under_test(), Modality::kText, within_facts(1, 0.25, 0.5));
  for (const char* const name : kTextNoises) {
    const std::string noise = name;
    EXPECT_EQ(scores.effects.at("clean_teaches_more_than_noisy_" + noise), 1 - 0.25);
    EXPECT_EQ(scores.effects.at("clean_helps_noisy_more_than_back_" + noise), 0.5 - 0.25);
    EXPECT_EQ(scores.observations.at(noise + "_to_clean"), 0.25);
  }
  EXPECT_EQ(scores.observations.at("clean_text_to_clean"), 1);
}

TEST(NoiseInvarianceOfText, IsViolatedByALearnerThatDoesNotTellNoise) {
  const Scores scores =
      scores_of(*desideratum_under_test(), Modality::kText, within_facts(1, 1, 1));
  for (const char* const name : kTextNoises) {
    const std::string noise = name;
    EXPECT_EQ(scores.effects.at("clean_teaches_more_than_noisy_" + noise), 0);
    EXPECT_EQ(scores.effects.at("clean_helps_noisy_more_than_back_" + noise), 0);
  }
}

TEST(NoiseInvarianceOfText, InfluenceOfRandomWordsIsAMagnitude) {
  const Scores scores =
      scores_of(*desideratum_under_test(), Modality::kText, within_facts(1, 0, 0));
  EXPECT_EQ(scores.effects.at("random_words_teach_nothing"), 0.5);
  EXPECT_EQ(scores.observations.at("random_words_to_clean"), 0);
}

// ---- Both ---------------------------------------------------------------------------------------

TEST(NoiseInvariance, LowLevelsOfNoiseDoNotDecide) {
  for (const Expectation& expectation : desideratum_under_test()->info().expectations) {
    const bool is_low =
        absl::EndsWith(expectation.id, "_0.1") || absl::EndsWith(expectation.id, "_0.25");
    EXPECT_EQ(expectation.primary, !is_low) << expectation.id;
  }
}

}  // namespace
}  // namespace eif
