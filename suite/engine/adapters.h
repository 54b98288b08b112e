// The exact engine for adapters: what `dense` computes with one, for many rows at once and with any
// optimiser.
//
//   train: the adapters of many rows are stacked and stepped together (adapter_training.h)
//   replay: one batched forward pass over the evaluated samples for all of them at once, as the
//   engine
//           `replay` does it (replay.h)
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "suite/engine/engine.h"
#include "suite/engine/memory.h"

namespace eif {

class AdaptersEngine final : public Engine, public PassByPass {
 public:
  explicit AdaptersEngine(WorkLimits limits = {}) : limits_(limits) {}

  // kInvalidArgument where options.adapter is none.
  absl::StatusOr<Matrix> measure(Model& model, const WantedCells& wanted,
                                 const TrainingOptions& options, Monitor& monitor) const override;

  // Rows are trained anew at each rate; what does not depend on it is done once.
  absl::StatusOr<std::vector<Matrix>> measure_at(Model& model, const WantedCells& wanted,
                                                 TrainingOptions options,
                                                 std::span<const double> rates,
                                                 Monitor& monitor) const override;

  const PassByPass* pass_by_pass() const override { return this; }
  absl::StatusOr<std::vector<LearningCurve>> learning_curves(
      Model& model, const std::vector<Sample>& samples, const TrainingOptions& options,
      const LearnedEnough& enough, const std::function<bool(const LearningCurve&)>& ends_all,
      Monitor& monitor) const override;

 private:
  WorkLimits limits_;
};

// kInvalidArgument where there is no adapter to train.
absl::Status check_adapters(const TrainingOptions& training);

}  // namespace eif
