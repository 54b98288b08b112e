// The exact engine for SGD: what `dense` computes, without ever changing a weight.
//
//   record: one batched forward and backward pass over many training samples gives the gradient of
//           each in factors (step_gradients.h)
//   replay: one batched forward pass over the evaluated samples for all of them at once, each row
//           with its own correction of the base weights (tuned_weights.h)
//
// A sample of several statements is recorded step by step, each step at the weights that the steps
// before left. With Precision::kMixed the replay multiplies differences from the base model in 16
// bits (difference_products.h); recording stays in float32.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "suite/engine/encoded_samples.h"
#include "suite/engine/engine.h"
#include "suite/engine/memory.h"
#include "suite/engine/precision.h"
#include "suite/engine/replay_groups.h"
#include "suite/engine/trained_rows.h"

namespace eif {

class ReplayEngine final : public Engine {
 public:
  explicit ReplayEngine(WorkLimits limits = {}, Precision precision = Precision::kExact)
      : limits_(limits), precision_(precision) {}

  // kInvalidArgument for an optimiser whose step is not linear in the gradients, and for
  // Precision::kMixed with float64 weights.
  absl::StatusOr<Matrix> measure(Model& model, const WantedCells& wanted,
                                 const TrainingOptions& options, Monitor& monitor) const override;

  // Samples of one statement are recorded once for all rates. Those of several, and samples that
  // share a chunk with one, are recorded at each: the gradients of later steps depend on the rate.
  absl::StatusOr<std::vector<Matrix>> measure_at(Model& model, const WantedCells& wanted,
                                                 TrainingOptions options,
                                                 std::span<const double> rates,
                                                 Monitor& monitor) const override;

  // The same as measure() of evaluated samples that are encoded already: `columns`, in the order of
  // wanted.evaluated, of which only the ids matter then.
  absl::StatusOr<Matrix> measure_encoded(Model& model, const WantedCells& wanted,
                                         const EncodedSamples& columns,
                                         const TrainingOptions& options, Monitor& monitor) const;

  std::string computation(const Model& model) const override;

 private:
  bool is_mixed(const Model& model) const;
  absl::StatusOr<std::vector<Matrix>> replay(Model& model, const WantedCells& wanted,
                                             const EncodedSamples& columns, TrainingOptions options,
                                             std::span<const double> rates, Monitor& monitor) const;

  WorkLimits limits_;
  Precision precision_;
};

// How the rows of an engine are trained whose corrections are replayed.
struct RowTraining {
  // products: those with the model's matrices, which can be differentiated. Called on several
  // threads at once where the model allows it.
  std::function<absl::StatusOr<std::unique_ptr<TrainedRows>>(
      const std::vector<RowGroup>&, const TrainingOptions&, BaseProducts* products, Monitor&)>
      train;
  bool serves_all_rates =
      false;  // rows of one step have weights at any rate, however they were trained
  RowNeeds needs;
};

// What such an engine does: groups the rows, trains and evaluates a group after another at each
// rate, and where memory does not suffice, halves of them. columns: wanted.evaluated, encoded. The
// matrix at each of the rates.
absl::StatusOr<std::vector<Matrix>> replay_rows(Model& model, const WantedCells& wanted,
                                                const EncodedSamples& columns,
                                                TrainingOptions options,
                                                std::span<const double> rates,
                                                const RowTraining& training, Precision precision,
                                                const WorkLimits& limits, Monitor& monitor);

}  // namespace eif
