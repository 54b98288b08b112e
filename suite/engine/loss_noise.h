// How far the rounding of floats moves a loss: what an influence must stand out from.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "eif/backend.h"

namespace eif {

// Nats, or nats per token, above 0: the root mean square, over the samples, of the difference
// between a loss that is computed alone and in a batch with the others, which would be none in
// exact arithmetic; at least the rounding of one number of the losses' size and type. Samples that
// cannot be measured do not count. kInvalidArgument: none can.
absl::StatusOr<double> loss_noise(Model& model, const std::vector<Sample>& samples);

}  // namespace eif
