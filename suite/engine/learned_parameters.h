// Which of a model's parameters learn: those that --train-only and --freeze leave.
//
//   const absl::StatusOr<LearnedParameters> learned = LearnedParameters::choose(model, options);
//   if (!learned.ok()) return learned.status();
//   … while it lives, Parameter::trainable of the others is false …
//
// An engine makes one at the beginning of a measurement.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "eif/backend.h"
#include "suite/core/training_options.h"

namespace eif {

class LearnedParameters {
 public:
  // The model outlives the result. kInvalidArgument: a pattern that fits no trainable parameter, or
  // nothing is left to train. With adapters none of a model's own is trained, and all stay as they
  // are.
  static absl::StatusOr<LearnedParameters> choose(Model& model, const TrainingOptions& options);

  // Makes those trainable again that were before.
  ~LearnedParameters();
  LearnedParameters(LearnedParameters&& other) noexcept;
  LearnedParameters& operator=(LearnedParameters&&) = delete;

 private:
  explicit LearnedParameters(Model& model) : model_(&model) {}

  Model* model_;
  std::vector<ParameterId> frozen_;
};

// kInvalidArgument: training that names parameters, or matrices to adapt, which the model does not
// have. For whoever wants to know before anything is measured.
absl::Status check_fits(const TrainingOptions& training, Model& model);

}  // namespace eif
