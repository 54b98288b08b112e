#include "suite/engine/recorded_training.h"

#include <algorithm>
#include <utility>

#include "suite/engine/batching.h"
#include "suite/engine/matrix_product.h"
#include "suite/engine/sgd_steps.h"

namespace eif {
namespace {

// Gradients of examples[r] at the base weights for each row r.
absl::StatusOr<StepGradients> record_first_step(Model& model,
                                                const std::vector<const Example*>& examples) {
  TunedWeights base(model.parameters());
  const std::vector<std::vector<int64_t>> batches = batches_of_similar_length(examples);
  std::vector<StepGradients> parts;
  for (const std::vector<int64_t>& batch : batches) {
    std::vector<const Example*> members;
    for (const int64_t i : batch) members.push_back(examples[static_cast<size_t>(i)]);
    absl::StatusOr<StepGradients> part = record_gradients(model, base, members);
    if (!part.ok()) return part.status();
    parts.push_back(*std::move(part));
  }
  return merge_rows(parts, batches);
}

}  // namespace

absl::StatusOr<RecordedTraining> RecordedTraining::record(
    Model& model, const std::vector<std::vector<Example>>& rows, const TrainingOptions& options) {
  RecordedTraining training;
  for (const std::vector<Example>& row : rows) training.step_counts_.push_back(row.size());
  for (size_t step = 0; step < rows.front().size(); ++step) {
    std::vector<const Example*> examples;
    for (const std::vector<Example>& row : rows) {
      if (row.size() > step) examples.push_back(&row[step]);
    }
    absl::StatusOr<StepGradients> gradients;
    if (step == 0) {
      gradients = record_first_step(model, examples);
    } else {
      TunedWeights before =
          training.weights_after(model, step, {0, static_cast<int64_t>(examples.size())}, options);
      gradients = record_gradients(model, before, examples);
    }
    if (!gradients.ok()) return gradients.status();
    if (options.max_gradient_norm > 0) {
      training.shortening_.push_back(
          shortening(squared_norms(*gradients).sqrt(), options.max_gradient_norm));
    }
    training.steps_.push_back(*std::move(gradients));
  }
  return training;
}

TunedWeights RecordedTraining::weights(Model& model, const TrainingOptions& options,
                                       const RowRange& rows) const {
  return weights_after(model, steps_.size(), rows, options);
}

TunedWeights RecordedTraining::weights_after(Model& model, size_t done, const RowRange& rows,
                                             const TrainingOptions& options) const {
  const std::vector<Parameter>& parameters = model.parameters();
  const at::Tensor& first = parameters.front().value;
  const at::TensorOptions number = first.options().dtype(wide_type(first));
  std::vector<SgdCombination> combinations;  // by number of steps
  for (size_t steps = 0; steps <= done; ++steps) {
    combinations.push_back(unrolled_sgd(steps, options));
  }
  const auto combination = [&](int64_t row) -> const SgdCombination& {
    return combinations[std::min(done, step_counts_[static_cast<size_t>(rows.first + row)])];
  };
  const auto per_row = [&](int64_t count, auto number_of) {
    std::vector<double> values;
    for (int64_t row = 0; row < count; ++row) values.push_back(number_of(combination(row)));
    return at::tensor(values, at::kDouble).to(number);
  };
  std::vector<ScaledStep> scaled;
  for (size_t step = 0; step < done; ++step) {
    StepGradients gradients = rows_of(steps_[step], rows.first, rows.count);
    if (gradients.rows == 0) break;  // rows with more steps come first
    at::Tensor scale = per_row(gradients.rows, [&](const SgdCombination& sum) {
      return step < sum.gradients.size() ? sum.gradients[step] : 0.0;
    });
    if (!shortening_.empty()) {
      scale = scale * shortening_[step].narrow(0, rows.first, gradients.rows);
    }
    scaled.push_back({std::move(gradients), scale});
  }
  at::Tensor base_scale;
  if (options.weight_decay != 0) {
    base_scale = per_row(rows.count, [](const SgdCombination& sum) { return sum.base; });
  }
  return TunedWeights(parameters, rows.count, std::move(scaled), std::move(base_scale));
}

}  // namespace eif
