// Steps of the same rows, put together into one: a row that makes many passes over its sample has many
// steps, and what they add to a use of a matrix takes one product instead of one for each.
//
//   TunedWeights weights(parameters, rows, joined_steps(std::move(steps)), base_scale);
#pragma once

#include <vector>

#include "suite/engine/tuned_weights.h"

namespace eif {

// Fewer are left apart: their factors would be copied for a product or two.
inline constexpr size_t kFewestJoined = 3;

// Steps about the same rows whose parameters were used alike are one, with the positions of all
// behind each other and scales of 1. The sum that they stand for is the same to rounding. What
// PaddingRow has is left out: no weights are made of it.
std::vector<ScaledStep> joined_steps(std::vector<ScaledStep> steps);

}  // namespace eif
