#include "suite/engine/adapters.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "suite/engine/adapter_learning.h"
#include "suite/engine/adapter_training.h"
#include "suite/engine/evaluation.h"
#include "suite/engine/lora.h"
#include "suite/engine/metering.h"
#include "suite/engine/replay.h"

namespace eif {

absl::Status check_adapters(const TrainingOptions& training) {
  if (absl::Status status = check_training(training); !status.ok()) return status;
  if (training.adapter != Adapter::kNone) return absl::OkStatus();
  return absl::InvalidArgumentError(
      "--engine adapters trains adapters and not the model's own parameters: give --adapter lora, "
      "or --engine replay or dense");
}

namespace {

// Of the first sample that can be encoded; none where there is none.
absl::StatusOr<std::vector<LoraTarget>> targets_for(Model& model,
                                                    const std::vector<Sample>& samples,
                                                    const TrainingOptions& options) {
  const std::optional<Example> example = first_statement(model, samples);
  if (!example.has_value()) return std::vector<LoraTarget>();
  return lora_targets(model, options.lora, *example);
}

// How many rows learn together.
absl::StatusOr<BatchLimits> learned_together(Model& model, const std::vector<LoraTarget>& targets,
                                             const EncodedSamples& samples,
                                             const WorkLimits& limits) {
  if (limits.rows.has_value()) return BatchLimits{.examples = std::max<int64_t>(1, *limits.rows)};
  const Example* longest = nullptr;
  for (const EncodedSample& sample : samples) {
    if (!sample.ok()) continue;
    for (const Example& example : *sample) {
      if (longest == nullptr || token_count(example) > token_count(*longest)) longest = &example;
    }
  }
  if (longest == nullptr) return BatchLimits{};
  const absl::StatusOr<int64_t> position_bytes = recorded_bytes_of_position(model, *longest);
  if (!position_bytes.ok()) return position_bytes.status();
  const at::Device device = device_of(model);
  const int64_t bytes_of_row =
      *position_bytes * token_count(*longest) + adapter_bytes(model, targets);
  return BatchLimits{
      .examples = std::max<int64_t>(1, limits.bytes(device) / bytes_of_row),
      .tokens = recorded_positions(device, std::holds_alternative<ImageExample>(*longest))};
}

}  // namespace

absl::StatusOr<Matrix> AdaptersEngine::measure(Model& model, const WantedCells& wanted,
                                               const TrainingOptions& options,
                                               Monitor& monitor) const {
  return measure_at_one(model, wanted, options, monitor);
}

absl::StatusOr<std::vector<Matrix>> AdaptersEngine::measure_at(Model& model,
                                                               const WantedCells& wanted,
                                                               TrainingOptions options,
                                                               std::span<const double> rates,
                                                               Monitor& monitor) const {
  if (absl::Status status = check_adapters(options); !status.ok()) return status;
  const absl::StatusOr<std::vector<LoraTarget>> targets =
      targets_for(model, wanted.trained, options);
  if (!targets.ok()) return targets.status();
  const RowTraining training{
      .train =
          [&](const std::vector<RowGroup>& groups, const TrainingOptions& at_rate, BaseProducts*,
              Monitor& of_thread) {
            return train_adapters(model, *targets, groups, at_rate, of_thread);
          },
      .serves_all_rates = false,
      .needs = {.bytes = adapter_bytes(model, *targets), .keeps_all_steps = false}};
  return replay_rows(model, wanted, encode_samples(model, wanted.evaluated), std::move(options),
                     rates, training, Precision::kExact, limits_, monitor);
}

absl::StatusOr<std::vector<LearningCurve>> AdaptersEngine::learning_curves(
    Model& model, const std::vector<Sample>& samples, const TrainingOptions& options,
    const LearnedEnough& enough, const std::function<bool(const LearningCurve&)>& ends_all,
    Monitor& monitor) const {
  if (absl::Status status = check_adapters(options); !status.ok()) return status;
  const absl::StatusOr<std::vector<LoraTarget>> targets = targets_for(model, samples, options);
  if (!targets.ok()) return targets.status();
  const EncodedSamples statements = encode_samples(model, samples);
  const absl::StatusOr<BatchLimits> limits = learned_together(model, *targets, statements, limits_);
  if (!limits.ok()) return limits.status();
  return adapter_learning_curves(model, *targets, samples, statements, options, enough, ends_all,
                                 *limits, monitor);
}

}  // namespace eif
