// The requests about noisy digits, by name: the desideratum noise_invariance asks for them, and the
// paper's figure 1 is drawn from their matrices.
//
//   for (const NoiseLevel& level : kNoiseLevels) answers.at(noisy_to_clean(level));
//
// The clean digits themselves are the request kDigits (domains/images/digit_samples.h).
#pragma once

#include <string>

namespace eif {

// Gaussian noise on every pixel.
struct NoiseLevel {
  double sigma;      // of the pixel range
  const char* name;  // in ids
  // A little noise leaves a digit as readable as it was, and even a perfect learner would learn as
  // much from it: such levels are reported, and do not decide.
  bool primary;
};
inline constexpr NoiseLevel kNoiseLevels[] = {
    {0.1, "0.1", false}, {0.25, "0.25", false}, {0.5, "0.5", true}, {1, "1", true}, {2, "2", true}};

// Noisy digits are trained on and clean ones evaluated, and the other way round.
inline std::string noisy_to_clean(const NoiseLevel& level) {
  return std::string("noisy_") + level.name + "_to_clean";
}
inline std::string clean_to_noisy(const NoiseLevel& level) {
  return std::string("clean_to_noisy_") + level.name;
}

// Noise without a digit is trained on, under the label of one.
inline constexpr char kPureNoiseToClean[] = "pure_noise_to_clean";

}  // namespace eif
