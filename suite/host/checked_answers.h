// What a model of a plugin answers, held against what eif/backend.h promises. Engines trust it from
// then on: a loss of another shape would be broadcast, and give numbers that look like any other.
//
//   absl::StatusOr<Losses> losses = model->loss(weights, batch);
//   if (losses.ok()) status = check_losses(*losses, batch);
//
// All errors are kInternal, and say what was found and what was expected.
#pragma once

#include "absl/status/status.h"
#include "eif/backend.h"

namespace eif {

absl::Status check_example(const Example& example, const ModelInfo& info);

// There is a loss of each statement of the batch, and as many scored tokens as the batch has.
absl::Status check_losses(const Losses& losses, const Batch& batch);

absl::Status check_features(const at::Tensor& features, const Batch& batch);

}  // namespace eif
