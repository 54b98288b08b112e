// Whether influence is proportional to the learning rate where it is measured (§3.4).
//
//   absl::StatusOr<double> curvature = self_curvature(model, samples, options);
//   if (curvature.ok() && *curvature > 0.1) …  // a lower rate would give another result
//
// Letters: R samples.
#pragma once

#include <ATen/ATen.h>

#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "suite/engine/engine.h"

namespace eif {

// EIF(i→i) of samples of one statement each at several learning rates: (rates, R), float64 on the
// CPU, in the unit of the loss. options.learning_rate is not used. Only the samples' own cells are
// evaluated, and one recording of the gradients serves all rates, so that it costs as little as
// evaluating the samples once for each. With several epochs each rate has a recording.
//
// kInvalidArgument: the optimiser's step is not linear in the gradient, a sample has more than one
// statement, or one cannot be encoded or not in one batch with the first.
absl::StatusOr<at::Tensor> self_influences_at(Model& model, const std::vector<Sample>& samples,
                                              const TrainingOptions& options,
                                              std::span<const double> rates);

// The median over the samples of |EIF(η) − 2 EIF(η/2)| / |EIF(η)| in their own cells, with
// η = options.learning_rate: 0 where influence is proportional to the rate. With EIF = aη − bη² it
// is half the share that the second term has. Errors: those of self_influences_at(), and
// kFailedPrecondition where no sample influences itself.
absl::StatusOr<double> self_curvature(Model& model, const std::vector<Sample>& samples,
                                      const TrainingOptions& options);

}  // namespace eif
