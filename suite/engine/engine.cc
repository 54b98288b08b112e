#include "suite/engine/engine.h"

#include <utility>

namespace eif {

absl::StatusOr<std::vector<Matrix>> Engine::measure_at(Model& model, const WantedCells& wanted,
                                                       TrainingOptions options,
                                                       std::span<const double> rates,
                                                       Monitor& monitor) const {
  std::vector<Matrix> matrices;
  for (const double rate : rates) {
    options.learning_rate = rate;
    absl::StatusOr<Matrix> matrix = measure(model, wanted, options, monitor);
    if (!matrix.ok()) return matrix.status();
    matrices.push_back(*std::move(matrix));
  }
  return matrices;
}

}  // namespace eif
