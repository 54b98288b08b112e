// How samples are learned by adapters, pass by pass, many at once: those that have learned enough
// leave the stack, and the others go on.
#pragma once

#include <functional>
#include <vector>

#include "absl/status/status.h"
#include "eif/backend.h"
#include "eif/monitor.h"
#include "suite/core/training_options.h"
#include "suite/engine/batching.h"
#include "suite/engine/encoded_samples.h"
#include "suite/engine/learning_curve.h"
#include "suite/engine/lora.h"

namespace eif {

// As PassByPass::learning_curves(). `statements`: those of the samples; one that could not be
// encoded has its error in its curve. `limits`: of the rows of a stack, by their longest statement;
// where memory does not suffice for them, it is halves.
absl::StatusOr<std::vector<LearningCurve>> adapter_learning_curves(
    Model& model, const std::vector<LoraTarget>& targets, const std::vector<Sample>& samples,
    const EncodedSamples& statements, const TrainingOptions& options, const LearnedEnough& enough,
    const std::function<bool(const LearningCurve&)>& ends_all, const BatchLimits& limits,
    Monitor& monitor);

}  // namespace eif
