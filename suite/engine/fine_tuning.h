// Fine-tuning in place that can be taken back: a snapshot of every parameter and buffer, and a hash
// of their bytes that must be the same after each restore.
//
//   FineTuning fine_tuning(model);
//   absl::Status trained = fine_tuning.train(sample_examples, options);
//   … evaluate …
//   absl::Status restored = fine_tuning.restore();
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "eif/backend.h"
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

  // Back to the base weights by copy. kInternal if any byte differs from the snapshot.
  absl::Status restore();

 private:
  void shorten_gradients(double max_norm);
  void copy_back();

  Model& model_;
  std::vector<at::Tensor> snapshot_;
  std::string hash_;
};

}  // namespace eif
