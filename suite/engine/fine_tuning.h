// Fine-tuning that can be taken back: a snapshot of every parameter and buffer, and a hash of the
// model's bytes that must be the same after each restore.
//
//   FineTuning fine_tuning(model);
//   absl::Status trained = fine_tuning.train(sample_examples, options);
//   model.loss(fine_tuning.weights(), batch);  // after training
//   absl::Status restored = fine_tuning.restore();
//
// Parameters of float32 or wider are trained in place. Those of 16 bits are not: a small step would
// be rounded away when it is added to them. There float32 copies are trained and evaluated, the master
// weights of mixed precision (arXiv 1710.03740), and the model's own stay as they are.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "eif/backend.h"
#include "eif/plain_weights.h"
#include "suite/engine/engine.h"

namespace eif {

// Hex XXH3-128 over the names and raw bytes of all parameters and buffers.
std::string parameter_hash(const std::vector<Parameter>& parameters);

class FineTuning {
 public:
  // `model` must outlive this object.
  explicit FineTuning(Model& model);
  // Restores, whatever happened in between; without a word where even that fails, because then an
  // error is on its way already. Call restore() to know.
  ~FineTuning();
  FineTuning(const FineTuning&) = delete;
  FineTuning& operator=(const FineTuning&) = delete;

  // One optimiser step per example, in order, on the mean loss of its scored tokens.
  absl::Status train(const std::vector<Example>& examples, const TrainingOptions& options);

  // The weights as trained so far.
  Weights& weights() { return weights_; }

  // Back to the base weights by copy. kInternal if any byte differs from the snapshot.
  absl::Status restore();

 private:
  void shorten_gradients(double max_norm);
  void copy_back();

  // What is trained: the masters, or the model's own parameters where there are none.
  std::vector<Parameter>& trained() { return masters_.empty() ? model_.parameters() : masters_; }

  Model& model_;
  std::vector<Parameter> masters_;
  std::vector<at::Tensor> snapshot_;  // what trained() goes back to
  std::string hash_;                  // of the model's parameters
  PlainWeights weights_;
};

}  // namespace eif
