// How samples are learned, pass by pass: the first thing that is asked of a learned dose
// (suite/core/dose.h).
//
//   absl::StatusOr<LearningCurves> curves =
//       learning_curves(model, engine, samples, options, {.share = 0.9, .max_passes = 32}, monitor);
//   int passes = curves->at(content).passes_to(0.9).value_or(32);
#pragma once

#include <functional>
#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "eif/backend.h"
#include "suite/engine/engine.h"

namespace eif {

using LearningCurves = std::map<std::string, LearningCurve>;  // by content of the sample

// Trains each sample until it has the share, or took as many passes as it may; some take a few
// more. Once `ends_all` is true of one, asked now and then, none is followed further. samples: by
// content. kCancelled: monitor.stopping() became true; errors of the engine.
absl::StatusOr<LearningCurves> learning_curves(
    Model& model, const Engine& engine, const std::map<std::string, Sample>& samples,
    const TrainingOptions& options, const LearnedEnough& enough, Monitor& monitor,
    const std::function<bool(const LearningCurve&)>& ends_all = {});

}  // namespace eif
