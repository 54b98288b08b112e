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

absl::StatusOr<Matrix> Engine::measure_at_one(Model& model, const WantedCells& wanted,
                                              const TrainingOptions& options,
                                              Monitor& monitor) const {
  absl::StatusOr<std::vector<Matrix>> matrices =
      measure_at(model, wanted, options, {&options.learning_rate, 1}, monitor);
  if (!matrices.ok()) return matrices.status();
  return std::move(matrices->front());
}

}  // namespace eif
