#include "suite/engine/learned_parameters.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "suite/engine/name_patterns.h"

namespace eif {

absl::StatusOr<LearnedParameters> LearnedParameters::choose(Model& model,
                                                            const TrainingOptions& options) {
  LearnedParameters learned(model);
  if (options.train_only.empty() && options.freeze.empty()) return learned;
  std::vector<Parameter>& parameters = model.parameters();
  std::vector<std::string> names;
  for (const Parameter& parameter : parameters) {
    if (parameter.trainable) names.push_back(parameter.name);
  }
  for (const auto& [option, patterns] :
       {std::pair("--train-only", options.train_only), std::pair("--freeze", options.freeze)}) {
    absl::Status status = check_each_fits(option, patterns, names, model.info().name);
    if (!status.ok()) return status;
  }
  for (ParameterId id = 0; id < parameters.size(); ++id) {
    Parameter& parameter = parameters[id];
    const bool learns =
        (options.train_only.empty() || any_fits(options.train_only, parameter.name)) &&
        !any_fits(options.freeze, parameter.name);
    if (learns || !parameter.trainable) continue;
    parameter.trainable = false;
    learned.frozen_.push_back(id);
  }
  if (learned.frozen_.size() < names.size()) return learned;
  return absl::InvalidArgumentError(
      absl::StrCat("--freeze leaves no parameter of ", model.info().name, " to train"));
}

absl::Status check_fits(const TrainingOptions& training, Model& model) {
  if (training.adapter == Adapter::kLora && training.lora.targets != LoraOptions().targets) {
    std::vector<std::string> matrices;
    for (const Parameter& parameter : model.parameters()) {
      if (parameter.trainable && parameter.value.dim() == 2) matrices.push_back(parameter.name);
    }
    return check_each_fits("--lora-targets", training.lora.targets, matrices, model.info().name);
  }
  return LearnedParameters::choose(model, training).status();
}

LearnedParameters::~LearnedParameters() {
  for (const ParameterId id : frozen_) model_->parameters()[id].trainable = true;
}

LearnedParameters::LearnedParameters(LearnedParameters&& other) noexcept
    : model_(other.model_), frozen_(std::exchange(other.frozen_, {})) {}

}  // namespace eif
