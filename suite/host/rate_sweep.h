// The influence of samples on each other at many learning rates, and the rate to use (§3.4).
//
//   absl::StatusOr<RateSweep> sweep =
//       sweep_learning_rates(model, ReplayEngine(), samples, training, rates_between(1e-6, 1e-1),
//       unwatched());
//   if (sweep.ok()) std::cout << sweep->plateau.reason;
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "eif/backend.h"
#include "suite/core/matrix_gap.h"
#include "suite/core/plateau.h"
#include "suite/engine/engine.h"

namespace eif {

struct RateRange {
  double from, to;
};

// What is swept over where nothing else is asked for: from where a step in float32 is close to the
// rounding of the weights, to where every model so far was far off the plateau. AdamW moves each
// weight by about the rate, however small its gradient: both are at lower rates.
constexpr RateRange usual_rates(Optimizer optimizer) {
  return optimizer == Optimizer::kAdamW ? RateRange{1e-8, 1e-3} : RateRange{1e-6, 1e-1};
}

// The rates are `from`, and half a decade higher each time, as far as `to`. 0 < from ≤ to.
std::vector<double> rates_between(double from, double to);

struct RateSweep {
  double noise = 0;  // of a loss, nats or nats per token
  std::vector<RateMeasure> rates;
  Plateau plateau;
  // How far the first order (the engine `linear`) is from the matrix at each rate; empty where it
  // was not asked for.
  std::vector<MatrixGap> linear;
  // Why a sample could not be measured at any rate, by id. The others count.
  std::map<std::string, std::string> errors;
};

enum class CompareLinear { kNo, kYes };

// Each sample is trained on and evaluated. training.learning_rate does not matter.
// kInvalidArgument: an optimiser that the engine, or linear where it is compared with, does not do;
// kFailedPrecondition: none of the samples can be measured; kCancelled.
absl::StatusOr<RateSweep> sweep_learning_rates(Model& model, const Engine& engine,
                                               const std::vector<Sample>& samples,
                                               const TrainingOptions& training,
                                               const std::vector<double>& rates, Monitor& monitor,
                                               CompareLinear compare_linear = CompareLinear::kNo);

// Sweeps over usual_rates(), and where the plateau lies below or above them, over the two decades next
// to them, and so on: until there is a plateau, or none can come any more. Errors as there.
absl::StatusOr<RateSweep> sweep_until_plateau(Model& model, const Engine& engine,
                                              const std::vector<Sample>& samples,
                                              const TrainingOptions& training, Monitor& monitor);

}  // namespace eif
