// The handwritten digits of one draw as samples.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "eif/desideratum.h"

namespace eif {

// The request of clean digits, all trained on and all evaluated, and the domain of all digits.
inline constexpr char kDigits[] = "digits";

// As many of each digit as the paper's matrices are shown with here.
inline constexpr int kDigitsPerClass = 10;

// `prefix` and the label and number of each image: "7_3" is the fourth seven. Ordered by label.
inline std::vector<Sample> as_samples(const std::vector<LabelledImage>& images,
                                      const std::string& prefix = "") {
  std::vector<Sample> samples;
  int number = 0;
  for (const LabelledImage& image : images) {
    number = !samples.empty() &&
                     std::get<LabelledImage>(samples.back().statements[0]).label == image.label
                 ? number + 1
                 : 0;
    samples.push_back({absl::StrCat(prefix, image.label, "_", number), {image}});
  }
  return samples;
}

}  // namespace eif
