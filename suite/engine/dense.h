// The reference engine: really fine-tune, really evaluate, go back.
//
//   snapshot → step → evaluate everything → restore by copy → compare a hash of the raw bytes
//
// Slow, and right for every optimiser. The other engines are tested against it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "suite/engine/engine.h"
#include "suite/engine/fine_tuning.h"

namespace eif {

class DenseEngine final : public Engine, public PassByPass {
 public:
  explicit DenseEngine(Copies copies = Copies::kOne) : copies_(copies) {}

  absl::StatusOr<Matrix> measure(Model& model, const WantedCells& wanted,
                                 const TrainingOptions& options, Monitor& monitor) const override;

  const PassByPass* pass_by_pass() const override { return this; }
  // One row at a time rounds otherwise than many.
  std::string computation(const Model& model) const override { return "dense"; }
  absl::StatusOr<std::vector<LearningCurve>> learning_curves(
      Model& model, const std::vector<Sample>& samples, const TrainingOptions& options,
      const LearnedEnough& enough, const std::function<bool(const LearningCurve&)>& ends_all,
      Monitor& monitor) const override;

 private:
  Copies copies_;
};

}  // namespace eif
