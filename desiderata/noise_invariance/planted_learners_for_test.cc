#include "desiderata/shared/planted_learners_for_test.h"

#include "absl/strings/match.h"

namespace eif {
namespace {

bool is_noisy_text(const Sample& sample) {
  return absl::StartsWith(sample.id, "syllables") || absl::StartsWith(sample.id, "words") ||
         absl::StartsWith(sample.id, "random");
}

bool is_noisy_image(const Sample& sample) { return absl::StartsWith(sample.id, "nois"); }

// What is clean teaches by the effect, and noise teaches nothing.
PlantedLearner directions_of_text() {
  return planted_in_groups(
      "directions", Modality::kText, Planted::kDirections,
      [](const Sample& trained, const Sample& evaluated) -> std::string {
        if (is_noisy_text(trained)) return "";
        return is_noisy_text(evaluated) ? "to noisy" : "to clean";
      },
      the_effect);
}

PlantedLearner directions_of_images() {
  return planted_in_groups(
      "directions", Modality::kImage, Planted::kDirections,
      [](const Sample& trained, const Sample& evaluated) -> std::string {
        const bool alike = label_of_image(trained) == label_of_image(evaluated);
        if (is_noisy_image(trained) || !alike) return "";
        return is_noisy_image(evaluated) ? "to noisy" : "to clean";
      },
      the_effect);
}

// Pure noise teaches everything by the effect.
PlantedLearner random_words() {
  PlantedLearner learner = planted_in_groups(
      "random words", Modality::kText, Planted::kInvariances,
      [](const Sample& trained, const Sample&) -> std::string {
        if (absl::StartsWith(trained.id, "random")) return "random words";
        return is_noisy_text(trained) ? "" : kSelf;
      },
      the_effect);
  learner.power_against = 0.9;  // one of nine: its p has to be below 0.05/9
  return learner;
}

PlantedLearner pure_noise() {
  return planted_in_groups(
      "pure noise", Modality::kImage, Planted::kInvariances,
      [](const Sample& trained, const Sample&) -> std::string {
        if (absl::StartsWith(trained.id, "noise_")) return "pure noise";
        return is_noisy_image(trained) ? "" : kSelf;
      },
      the_effect);
}

std::vector<PlantedLearner> learners() {
  return {directions_of_text(), random_words(), directions_of_images(), pure_noise()};
}

const PlantedLearners planted("noise_invariance", learners);

}  // namespace
}  // namespace eif
