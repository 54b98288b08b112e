// How much of a loss is rounding: influences below it mean nothing.
//
//   absl::StatusOr<double> floor = noise_floor(model, samples);  // nats, or nats per token
//
// A learning rate of 0 gives an influence of exactly 0, and so shows no noise. But sums are rounded
// differently in batches of other shapes, and an influence is the difference of two losses that may
// have been computed so. The floor is the spread of one loss over such shapes, with nothing
// trained.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "eif/backend.h"

namespace eif {

// The largest over the samples of (largest − smallest) loss at the base weights: each sample alone,
// all in one batch, in small batches, without shared prefixes, and as the engine `replay` does, for
// as many rows at a time as there are samples, with corrections of 0. At least the last bit of the
// largest loss, so above 0. In the unit of the loss. Not OK where a loss fails or no sample can be
// evaluated.
absl::StatusOr<double> noise_floor(Model& model, const std::vector<Sample>& samples);

}  // namespace eif
