// --lr auto: the middle of the model's plateau, found once and kept in the cache.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "eif/backend.h"
#include "suite/engine/engine.h"
#include "suite/host/draw.h"
#include "suite/host/rate_cache.h"

namespace eif {

// No run draws with this seed: those of runs are below it.
inline constexpr uint64_t kCalibrationSeed = 1'000'000;

// The paper's samples of `transitivity` (A.2.3), drawn with kCalibrationSeed. Errors: those of the
// digits.
absl::StatusOr<std::vector<Sample>> calibration_texts(DigitSource& digits);

// What the rate of a model is found with, whatever is measured afterwards: two images of each
// digit, or those of calibration_texts() that have one statement. Errors: those of the digits.
absl::StatusOr<std::vector<Sample>> calibration_samples(Modality modality, DigitSource& digits);

// The rate that an earlier call of auto_learning_rate() left in the cache; nothing where there is none.
// Errors: those of the digits.
absl::StatusOr<std::optional<ChosenRate>> kept_learning_rate(Model& model, const Engine& engine,
                                                             const TrainingOptions& training,
                                                             DigitSource& digits);

// Sweeps over calibration_samples(), or reads what an earlier call for the same
// model, precision and training left in the cache. Announces which rate it is and why.
// kInvalidArgument: an optimiser that the engine does not do; kFailedPrecondition: there is no
// plateau, and the message says what to do; kCancelled; errors of the digits.
absl::StatusOr<ChosenRate> auto_learning_rate(Model& model, const Engine& engine,
                                              const TrainingOptions& training, DigitSource& digits,
                                              Monitor& monitor);

}  // namespace eif
