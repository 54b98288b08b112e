#include <cmath>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "desiderata/noise_invariance/noise_invariance.h"
#include "domains/images/digit_samples.h"
#include "domains/images/noise.h"
#include "domains/images/noise_requests.h"
#include "eif/matrix_summary.h"

namespace eif {
namespace {

std::vector<LabelledImage> degraded(std::vector<LabelledImage> images, double sigma,
                                    Random& random) {
  for (LabelledImage& labelled : images) {
    labelled.image = with_noise(std::move(labelled.image), sigma, random);
  }
  return images;
}

bool same_class(size_t i, size_t j) { return i / kDigitsPerClass == j / kDigitsPerClass; }

// Other images of the same digit: what a digit can fairly be expected to teach about.
bool related(size_t i, size_t j) { return i != j && same_class(i, j); }

}  // namespace

void state_noisy_images(DesideratumInfo& info) {
  info.observations.push_back({.id = "clean_to_clean",
                               .unit = "nats",
                               .claim = "mean influence of a clean image on others of its digit",
                               .only_for = Modality::kImage});
  for (const NoiseLevel& level : kNoiseLevels) {
    const std::string sigma = absl::StrCat("σ = ", level.name);
    info.expectations.push_back(
        {.id = absl::StrCat("clean_teaches_more_than_noisy_", level.name),
         .kind = ExpectationKind::kDirection,
         .primary = level.primary,
         .claim = absl::StrCat("EIF(clean→clean') − EIF(noisy→clean') > 0 within a digit, ", sigma),
         .self_scale = kDigits,
         .only_for = Modality::kImage});
    info.expectations.push_back(
        {.id = absl::StrCat("clean_helps_noisy_more_than_back_", level.name),
         .kind = ExpectationKind::kDirection,
         .primary = level.primary,
         .claim = absl::StrCat("EIF(clean→noisy') − EIF(noisy'→clean) > 0 within a digit, ", sigma),
         .self_scale = kDigits,
         .only_for = Modality::kImage});
    info.observations.push_back(
        {.id = noisy_to_clean(level),
         .unit = "nats",
         .claim = absl::StrCat("mean influence noisy→clean within a digit, ", sigma),
         .only_for = Modality::kImage});
    info.observations.push_back(
        {.id = clean_to_noisy(level),
         .unit = "nats",
         .claim = absl::StrCat("mean influence clean→noisy within a digit, ", sigma),
         .only_for = Modality::kImage});
  }
  info.expectations.push_back({.id = "pure_noise_teaches_nothing",
                               .kind = ExpectationKind::kInvariance,
                               .claim = "mean |EIF(pure noise→clean)| is 0 (Eq. 6)",
                               .self_scale = kDigits,
                               .only_for = Modality::kImage});
  info.observations.push_back({.id = kPureNoiseToClean,
                               .unit = "nats",
                               .claim = "mean influence of labelled pure noise on clean images",
                               .only_for = Modality::kImage});
}

absl::StatusOr<std::vector<Request>> plan_noisy_images(const Draw& draw) {
  const absl::StatusOr<std::vector<LabelledImage>> images = draw.digits(kDigitsPerClass);
  if (!images.ok()) return images.status();
  const std::vector<Sample> clean = as_samples(*images);
  std::vector<Request> requests = {
      {.name = kDigits, .domain = kDigits, .trained = clean, .evaluated = clean}};
  for (const NoiseLevel& level : kNoiseLevels) {
    const std::unique_ptr<Random> random = draw.random(absl::StrCat("noise ", level.name));
    const std::vector<Sample> noisy = as_samples(degraded(*images, level.sigma, *random),
                                                 absl::StrCat("noisy_", level.name, "_"));
    requests.push_back(
        {.name = noisy_to_clean(level), .domain = kDigits, .trained = noisy, .evaluated = clean});
    requests.push_back(
        {.name = clean_to_noisy(level), .domain = kDigits, .trained = clean, .evaluated = noisy});
  }
  const std::unique_ptr<Random> random = draw.random("pure noise");
  std::vector<LabelledImage> noise = *images;
  for (LabelledImage& labelled : noise) {
    labelled.image = pure_noise(labelled.image.height, labelled.image.width, *random);
  }
  requests.push_back({.name = kPureNoiseToClean,
                      .domain = kDigits,
                      .trained = as_samples(noise, "noise_"),
                      .evaluated = clean});
  return requests;
}

Scores score_noisy_images(const Answers& answers) {
  const Matrix& clean = answers.at(kDigits);
  const double clean_to_clean = mean_where(clean, related);
  Scores scores;
  scores.observations["clean_to_clean"] = clean_to_clean;
  for (const NoiseLevel& level : kNoiseLevels) {
    const double from_noisy = mean_where(answers.at(noisy_to_clean(level)), related);
    const double to_noisy = mean_where(answers.at(clean_to_noisy(level)), related);
    scores.observations[noisy_to_clean(level)] = from_noisy;
    scores.observations[clean_to_noisy(level)] = to_noisy;
    scores.effects[absl::StrCat("clean_teaches_more_than_noisy_", level.name)] =
        clean_to_clean - from_noisy;
    scores.effects[absl::StrCat("clean_helps_noisy_more_than_back_", level.name)] =
        to_noisy - from_noisy;
  }
  const Matrix& noise = answers.at(kPureNoiseToClean);
  const auto all = [](size_t, size_t) { return true; };
  scores.observations[kPureNoiseToClean] = mean_where(noise, all);
  scores.effects["pure_noise_teaches_nothing"] =
      mean_of_cells(noise, all, [&](size_t i, size_t j) { return std::abs(noise.at(i, j)); });
  return scores;
}

}  // namespace eif
