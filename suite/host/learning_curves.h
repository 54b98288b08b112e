// How samples are learned, pass by pass: the first thing that is asked of a learned dose
// (suite/core/dose.h).
//
//   absl::StatusOr<LearningCurves> curves =
//       learning_curves(model, engine, samples, options, {.share = 0.9, .max_passes = 32}, monitor);
//   int passes = curves->at(content).passes_to(0.9).value_or(32);
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "eif/backend.h"
#include "suite/engine/engine.h"

namespace eif {

struct LearningCurve {
  std::vector<double> before;              // losses of the statements
  std::vector<std::vector<double>> after;  // [k − 1][statement]: after k passes
  std::string error;                       // why it could not be trained on

  // learned_share() after so many passes, as many as there are at most.
  double share(int passes) const;
  // The fewest passes after which the share is this or more; unset where it never was.
  std::optional<int> passes_to(double share) const;
};

using LearningCurves = std::map<std::string, LearningCurve>;  // by content of the sample

struct LearnedEnough {
  double share = 0;
  int max_passes = 0;
};

// Trains each sample until it has the share, or took as many passes as it may; some take a few more.
// Once `is_known`, asked now and then, none is followed further. samples: by content. kCancelled:
// monitor.stopping() became true; errors of the engine.
absl::StatusOr<LearningCurves> learning_curves(
    Model& model, const Engine& engine, const std::map<std::string, Sample>& samples,
    const TrainingOptions& options, const LearnedEnough& enough, Monitor& monitor,
    const std::function<bool(const LearningCurves&)>& is_known = {});

}  // namespace eif
