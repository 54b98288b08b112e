// Whether the samples that a sum names are there, and are what it takes them for.
//
//   absl::Status status = check_samples(sum, "belongs_to", domain.samples);
//   // column 10: belongs_to has no sample "in_ac"; it has …. Did you mean 'in_a_c'?
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "desiderata/declared/sum.h"
#include "domains/domain.h"

namespace eif {

// kInvalidArgument: a sample is not there, is only asked and stands in front of >, or is only
// trained on and stands behind it. The message begins with "column N: ". `domain` is what messages
// call the samples.
absl::Status check_samples(const Sum& sum, const std::string& domain,
                           const std::vector<SampleTemplate>& samples);

// kInvalidArgument: there is no exchanged_x (domains/exchange.h) of a sample x that is trained on.
absl::Status check_exchanged_samples(const Sum& sum, const std::string& domain,
                                     const std::vector<SampleTemplate>& samples);

}  // namespace eif
