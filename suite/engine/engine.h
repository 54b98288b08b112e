// Influence engines: given a model and samples, the matrix of who helps whom.
//
//   DenseEngine engine;
//   absl::StatusOr<Matrix> influence =
//       engine.influence(model, trained, evaluated, {.learning_rate = 1e-4}, monitor);
#pragma once

#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "eif/backend.h"
#include "eif/matrix.h"
#include "eif/monitor.h"
#include "suite/core/training_options.h"
#include "suite/engine/learning_curve.h"
#include "suite/engine/wanted_cells.h"

namespace eif {

class Engine {
 public:
  virtual ~Engine() = default;
  // Rows and columns as wanted; cells in no block are NaN. A sample that cannot be measured has its
  // reason in the matrix and the others go on. The model's parameters are afterwards what they
  // were, to the bit, also after an error. kCancelled: monitor.stopping() became true.
  virtual absl::StatusOr<Matrix> measure(Model& model, const WantedCells& wanted,
                                         const TrainingOptions& options,
                                         Monitor& monitor) const = 0;

  // The matrix at each of `rates`, in their order; options.learning_rate does not matter. A row
  // counts once at each rate.
  virtual absl::StatusOr<std::vector<Matrix>> measure_at(Model& model, const WantedCells& wanted,
                                                         TrainingOptions options,
                                                         std::span<const double> rates,
                                                         Monitor& monitor) const;

  // Itself where it can go on with a row; null where each number of passes is a training of its
  // own.
  virtual const PassByPass* pass_by_pass() const { return nullptr; }

  // Names what moves the last digits of a matrix of this model beside its dtype and device, which may
  // choose another learning rate: "mixed". Empty where there is no such thing.
  virtual std::string computation(const Model& model) const { return ""; }

  // The influence of every trained sample on every evaluated one.
  absl::StatusOr<Matrix> influence(Model& model, const std::vector<Sample>& trained,
                                   const std::vector<Sample>& evaluated,
                                   const TrainingOptions& options, Monitor& monitor) const {
    return measure(model, all_cells(trained, evaluated), options, monitor);
  }

 protected:
  // measure() of an engine whose work is in measure_at().
  absl::StatusOr<Matrix> measure_at_one(Model& model, const WantedCells& wanted,
                                        const TrainingOptions& options, Monitor& monitor) const;
};

}  // namespace eif
