#include "suite/engine/noise_floor.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <limits>

#include "absl/status/status.h"
#include "suite/engine/evaluation.h"
#include "suite/engine/matrix_product.h"
#include "suite/engine/recorded_training.h"

namespace eif {
namespace {

// Shapes of batches that differ in how many positions a matrix product has. A limit of 1 leaves
// each sample alone.
constexpr EvaluationLimits kShapes[] = {
    {},
    {.images = 1, .tokens = 1},
    {.images = 3, .tokens = 32},
    {.share_prefixes = SharePrefixes::kNo},
};

// Takes the first statement of each sample that can be encoded. Rows of corrections need some
// statement that was trained on, and any will do.
std::vector<std::vector<Example>> rows_of(const Model& model, const std::vector<Sample>& samples) {
  std::vector<std::vector<Example>> rows;
  for (const Sample& sample : samples) {
    absl::StatusOr<std::vector<Example>> examples = encode_sample(model, sample);
    if (examples.ok()) rows.push_back({examples->front()});
  }
  return rows;
}

// The size of the last bit of a loss, relative to the loss.
double last_bit(Model& model) {
  const bool is_double = wide_type(model.parameters().front().value) == at::kDouble;
  return is_double ? std::numeric_limits<double>::epsilon() : std::numeric_limits<float>::epsilon();
}

}  // namespace

absl::StatusOr<double> noise_floor(Model& model, const std::vector<Sample>& samples) {
  std::vector<at::Tensor> losses;  // each (R, samples)
  TunedWeights base(model.parameters());
  for (const EvaluationLimits& limits : kShapes) {
    const absl::StatusOr<at::Tensor> found =
        Evaluation::prepare(model, samples, limits).losses(model, base);
    if (!found.ok()) return found.status();
    losses.push_back(*found);
  }
  const std::vector<std::vector<Example>> rows = rows_of(model, samples);
  if (rows.empty()) return absl::FailedPreconditionError("no sample can be evaluated");
  const TrainingOptions nothing{.learning_rate = 0};
  const absl::StatusOr<RecordedTraining> training =
      RecordedTraining::record(model, {rows}, nothing);
  if (!training.ok()) return training.status();
  TunedWeights unchanged = training->weights(model, nothing, 0);
  const absl::StatusOr<at::Tensor> by_row =
      Evaluation::prepare(model, samples).losses(model, unchanged);
  if (!by_row.ok()) return by_row.status();
  losses.push_back(*by_row);

  const at::Tensor all = at::cat(losses);
  const at::Tensor largest = std::get<0>(all.max(0));
  const at::Tensor spreads = largest - std::get<0>(all.min(0));
  const at::Tensor known = spreads.isfinite();
  if (!known.any().item<bool>()) return absl::FailedPreconditionError("no loss is finite");
  return std::max(spreads.masked_select(known).max().item<double>(),
                  last_bit(model) * largest.masked_select(known).max().item<double>());
}

}  // namespace eif
