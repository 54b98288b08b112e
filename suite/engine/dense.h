// The reference engine: really fine-tune, really evaluate, go back.
//
//   snapshot → step → evaluate everything → restore by copy → compare a hash of the raw bytes
//
// Slow, and right for every optimiser. The other engines are tested against it.
#pragma once

#include "suite/engine/engine.h"
#include "suite/engine/fine_tuning.h"

namespace eif {

class DenseEngine final : public Engine {
 public:
  explicit DenseEngine(Copies copies = Copies::kOne) : copies_(copies) {}

  absl::StatusOr<Matrix> measure(Model& model, const WantedCells& wanted,
                                 const TrainingOptions& options, Monitor& monitor) const override;

 private:
  Copies copies_;
};

}  // namespace eif
