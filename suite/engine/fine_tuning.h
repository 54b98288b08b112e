// Fine-tuning, one sample at a time, that can be taken back.
//
//   absl::StatusOr<std::unique_ptr<FineTuning>> fine_tuning = begin_fine_tuning(model, samples,
//   options); absl::Status trained = (*fine_tuning)->train(sample_examples, options);
//   model.loss((*fine_tuning)->weights(), batch);  // after training
//   absl::Status restored = (*fine_tuning)->restore();
//
// Weights of 16 bits are not trained themselves: a small step would be rounded away when it is
// added to one. Float32 copies are trained and evaluated in their place, the master weights of
// mixed precision (arXiv 1710.03740).
#pragma once

#include <ATen/ATen.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eif/backend.h"
#include "eif/plain_weights.h"
#include "suite/core/training_options.h"

namespace torch::optim {
class Optimizer;
}

namespace eif {

// How often a statement stands in the batch of its step. The objective is their mean, and the same;
// its sums are taken in another order.
enum class Copies { kOne, kTwo };

// An optimiser on its way, which remembers its earlier passes.
class OptimizerSteps {
 public:
  // `values` are leaves that the weights are made of. What is passed by reference outlives this
  // object.
  OptimizerSteps(Model& model, Weights& weights, std::vector<at::Tensor> values,
                 const TrainingOptions& options);
  ~OptimizerSteps();

  // One step per example, in order, on the mean loss of its scored tokens.
  absl::Status pass(const std::vector<Example>& examples, Copies copies = Copies::kOne);

 private:
  Model& model_;
  Weights& weights_;
  std::vector<at::Tensor> values_;
  double max_gradient_norm_;
  std::unique_ptr<torch::optim::Optimizer> optimizer_;
};

class FineTuning {
 public:
  virtual ~FineTuning() = default;
  // An optimiser that has taken no step yet, from the weights as they are. This object outlives it.
  virtual std::unique_ptr<OptimizerSteps> begin(const TrainingOptions& options) = 0;
  // A pass over the examples as often as there are epochs.
  absl::Status train(const std::vector<Example>& examples, const TrainingOptions& options);
  // The weights as trained so far.
  virtual Weights& weights() = 0;
  // Back to the beginning, by copy. kInternal if the model is not what it was.
  virtual absl::Status restore() = 0;
};

// Of the model's own parameters, or of an adapter, as the options say; an adapter's matrices are
// found by a statement of `samples`. The model outlives it. Errors: those of lora_targets().
absl::StatusOr<std::unique_ptr<FineTuning>> begin_fine_tuning(Model& model,
                                                              const std::vector<Sample>& samples,
                                                              const TrainingOptions& options);

// Trains the model's own parameters: in place, or copies of them where they are of 16 bits. A hash
// of their bytes must be the same after each restore.
class ParameterFineTuning final : public FineTuning {
 public:
  // `model` must outlive this object.
  explicit ParameterFineTuning(Model& model);
  // Restores, whatever happened in between; without a word where even that fails, because then an
  // error is on its way already. Call restore() to know.
  ~ParameterFineTuning() override;
  ParameterFineTuning(const ParameterFineTuning&) = delete;
  ParameterFineTuning& operator=(const ParameterFineTuning&) = delete;

  std::unique_ptr<OptimizerSteps> begin(const TrainingOptions& options) override;
  Weights& weights() override { return weights_; }
  absl::Status restore() override;

 private:
  void copy_back();

  // What is trained: the masters, or the model's own parameters where there are none.
  std::vector<Parameter>& trained() { return masters_.empty() ? model_.parameters() : masters_; }

  Model& model_;
  std::vector<Parameter> masters_;
  std::vector<at::Tensor> snapshot_;  // what trained() goes back to
  std::string hash_;                  // of the model's parameters
  PlainWeights weights_;
};

// Copies of all parameters in float32 or wider; nothing where they are that themselves.
std::vector<Parameter> master_weights(const std::vector<Parameter>& parameters);

// Hex XXH3-128 over the names and raw bytes of all parameters and buffers.
std::string parameter_hash(const std::vector<Parameter>& parameters);

}  // namespace eif
