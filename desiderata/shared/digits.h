// Clean handwritten digits as a request. Desiderata that ask for them in this way share their
// measurement, which has 100 rows.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "domains/images/digit_samples.h"
#include "eif/desideratum.h"

namespace eif {

// Two numbers of samples that are of the same digit.
inline bool same_digit(size_t i, size_t j) { return i / kDigitsPerClass == j / kDigitsPerClass; }

// All images trained on and all evaluated, ordered by label. Errors: those of Draw::digits().
inline absl::StatusOr<Request> digits_request(const Draw& draw) {
  const absl::StatusOr<std::vector<LabelledImage>> images = draw.digits(kDigitsPerClass);
  if (!images.ok()) return images.status();
  const std::vector<Sample> samples = as_samples(*images);
  return Request{.name = kDigits, .domain = kDigits, .trained = samples, .evaluated = samples};
}

}  // namespace eif
