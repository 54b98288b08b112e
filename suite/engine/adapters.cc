#include "suite/engine/adapters.h"

#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "suite/engine/adapter_training.h"
#include "suite/engine/lora.h"
#include "suite/engine/replay.h"

namespace eif {

absl::Status check_adapters(const TrainingOptions& training) {
  if (absl::Status status = check_training(training); !status.ok()) return status;
  if (training.adapter != Adapter::kNone) return absl::OkStatus();
  return absl::InvalidArgumentError(
      "--engine adapters trains adapters and not the model's own parameters: give --adapter lora, "
      "or "
      "--engine replay or dense");
}

absl::StatusOr<Matrix> AdaptersEngine::measure(Model& model, const WantedCells& wanted,
                                               const TrainingOptions& options,
                                               Monitor& monitor) const {
  absl::StatusOr<std::vector<Matrix>> matrices =
      measure_at(model, wanted, options, {&options.learning_rate, 1}, monitor);
  if (!matrices.ok()) return matrices.status();
  return std::move(matrices->front());
}

absl::StatusOr<std::vector<Matrix>> AdaptersEngine::measure_at(Model& model,
                                                               const WantedCells& wanted,
                                                               TrainingOptions options,
                                                               std::span<const double> rates,
                                                               Monitor& monitor) const {
  if (absl::Status status = check_adapters(options); !status.ok()) return status;
  std::vector<LoraTarget> targets;
  if (const std::optional<Example> example = first_statement(model, wanted.trained)) {
    absl::StatusOr<std::vector<LoraTarget>> found = lora_targets(model, options.lora, *example);
    if (!found.ok()) return found.status();
    targets = *std::move(found);
  }
  const RowTraining training{
      .train =
          [&](const std::vector<RowGroup>& groups, const TrainingOptions& at_rate, BaseProducts*) {
            return train_adapters(model, targets, groups, at_rate, monitor);
          },
      .serves_all_rates = false,
      .needs = {.bytes = adapter_bytes(model, targets), .keeps_all_steps = false}};
  return replay_rows(model, wanted, encode_samples(model, wanted.evaluated), std::move(options),
                     rates, training, Precision::kExact, limits_, monitor);
}

}  // namespace eif
