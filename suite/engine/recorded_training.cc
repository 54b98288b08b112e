#include "suite/engine/recorded_training.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "suite/engine/batching.h"
#include "suite/engine/matrix_product.h"
#include "suite/engine/sgd_steps.h"

namespace eif {

// Rows by number, over all groups.
class RecordedTraining::Recorder {
 public:
  Recorder(Model& model, const std::vector<RowGroup>& groups, const TrainingOptions& options)
      : model_(model), options_(options) {
    for (const RowGroup& group : groups) {
      for (const std::vector<Example>& row : group) rows_.push_back(&row);
    }
  }

  absl::Status record() {
    for (size_t step = 0;; ++step) {
      std::vector<size_t> rows;
      for (size_t row = 0; row < rows_.size(); ++row) {
        if (rows_[row]->size() > step) rows.push_back(row);
      }
      if (rows.empty()) return absl::OkStatus();
      if (absl::Status status = record_step(step, rows); !status.ok()) return status;
    }
  }

  // These rows, which start with those of most steps, up to step `done`.
  Group group(const std::vector<size_t>& rows, size_t done) const {
    Group group;
    for (const size_t row : rows) group.step_counts.push_back(std::min(done, rows_[row]->size()));
    for (size_t step = 0; step < std::min(done, steps_.size()); ++step) {
      std::vector<RowOfPart> places;
      for (const size_t row : rows) {
        if (rows_[row]->size() > step) places.push_back(steps_[step].places.at(row));
      }
      if (places.empty()) break;
      group.steps.push_back(
          {gather_rows(steps_[step].parts, places), shortening_of(steps_[step], places)});
    }
    return group;
  }

  size_t steps() const { return steps_.size(); }

 private:
  absl::Status record_step(size_t step, const std::vector<size_t>& rows) {
    std::vector<const Example*> examples;
    for (const size_t row : rows) examples.push_back(&(*rows_[row])[step]);
    StepInParts recorded;
    for (const std::vector<int64_t>& batch : batches_of_similar_length(examples)) {
      std::vector<const Example*> members;
      std::vector<size_t> of_batch;
      for (const int64_t i : batch) {
        members.push_back(examples[static_cast<size_t>(i)]);
        of_batch.push_back(rows[static_cast<size_t>(i)]);
      }
      TunedWeights before = weights_after(model_, group(of_batch, step), options_);
      absl::StatusOr<StepGradients> part = record_gradients(model_, before, members);
      if (!part.ok()) return part.status();
      for (size_t i = 0; i < of_batch.size(); ++i) {
        recorded.places[of_batch[i]] = {recorded.parts.size(), static_cast<int64_t>(i)};
      }
      if (options_.max_gradient_norm > 0) {
        recorded.shortenings.push_back(
            shortening(squared_norms(*part).sqrt(), options_.max_gradient_norm));
      }
      recorded.parts.push_back(*std::move(part));
    }
    steps_.push_back(std::move(recorded));
    return absl::OkStatus();
  }

  static at::Tensor shortening_of(const StepInParts& step, const std::vector<RowOfPart>& places) {
    if (step.shortenings.empty()) return {};
    std::vector<at::Tensor> values;
    for (const RowOfPart& place : places) values.push_back(step.shortenings[place.part][place.row]);
    return at::stack(values);
  }

  Model& model_;
  const TrainingOptions& options_;
  std::vector<const std::vector<Example>*> rows_;
  std::vector<StepInParts> steps_;
};

absl::StatusOr<RecordedTraining> RecordedTraining::record(Model& model,
                                                          const std::vector<RowGroup>& groups,
                                                          const TrainingOptions& options) {
  Recorder recorder(model, groups, options);
  if (absl::Status status = recorder.record(); !status.ok()) return status;
  RecordedTraining training;
  size_t first = 0;
  for (const RowGroup& group : groups) {
    std::vector<size_t> rows(group.size());
    std::iota(rows.begin(), rows.end(), first);
    first += rows.size();
    training.groups_.push_back(recorder.group(rows, recorder.steps()));
  }
  return training;
}

TunedWeights RecordedTraining::weights(Model& model, const TrainingOptions& options,
                                       size_t group) const {
  return weights_after(model, groups_[group], options);
}

TunedWeights RecordedTraining::weights_after(Model& model, const Group& group,
                                             const TrainingOptions& options) {
  const std::vector<Parameter>& parameters = model.parameters();
  if (group.steps.empty()) return TunedWeights(parameters);
  const at::Tensor& first = parameters.front().value;
  const at::TensorOptions number = first.options().dtype(wide_type(first));
  std::vector<SgdCombination> combinations;  // by number of steps
  for (size_t steps = 0; steps <= group.steps.size(); ++steps) {
    combinations.push_back(unrolled_sgd(steps, options));
  }
  // A number of the combination of each of the first rows: (count)
  const auto per_row = [&](int64_t count, auto number_of) {
    std::vector<double> values;
    for (int64_t row = 0; row < count; ++row) {
      values.push_back(number_of(combinations[group.step_counts[static_cast<size_t>(row)]]));
    }
    return at::tensor(values, at::kDouble).to(number);
  };
  std::vector<ScaledStep> scaled;
  for (size_t step = 0; step < group.steps.size(); ++step) {
    const auto& [gradients, shortened] = group.steps[step];
    at::Tensor scale =
        per_row(gradients.rows, [step](const SgdCombination& sum) { return sum.gradients[step]; });
    if (shortened.defined()) scale = scale * shortened;
    scaled.push_back({gradients, scale});
  }
  at::Tensor base_scale;
  if (options.weight_decay != 0) {
    base_scale = per_row(static_cast<int64_t>(group.step_counts.size()),
                         [](const SgdCombination& sum) { return sum.base; });
  }
  return TunedWeights(parameters, static_cast<int64_t>(group.step_counts.size()), std::move(scaled),
                      std::move(base_scale));
}

}  // namespace eif
