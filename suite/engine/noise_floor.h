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

// Computes the loss of each sample at the base weights in five ways: alone, all in one batch, in
// small batches, without shared prefixes, and as the engine `replay` does, for as many rows at a
// time as there are samples, with corrections of 0. The floor is the largest difference (largest −
// smallest) that a sample shows, in the unit of the loss, and at least the last bit of the largest
// loss, so above 0. kFailedPrecondition where no sample can be evaluated; errors of the model's
// loss pass.
absl::StatusOr<double> noise_floor(Model& model, const std::vector<Sample>& samples);

}  // namespace eif
