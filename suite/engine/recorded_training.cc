#include "suite/engine/recorded_training.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <string>
#include <utility>

#include "suite/engine/batching.h"
#include "suite/engine/distinct_statements.h"
#include "suite/engine/evaluation.h"
#include "suite/engine/joined_steps.h"
#include "suite/engine/matrix_product.h"
#include "suite/engine/sgd_steps.h"
#include "suite/engine/unpadded_products.h"

namespace eif {
namespace {

// With more gaps than this in the rows of a step, one copy of them without gaps costs less than
// products of each run by itself.
constexpr size_t kFewGaps = 3;

}  // namespace

// Records step after step of all rows, which it numbers over all groups.
class RecordedTraining::Recorder {
 public:
  Recorder(Model& model, const std::vector<RowGroup>& groups, const TrainingOptions& options,
           BaseProducts* products)
      : model_(model), options_(options), products_(products) {
    for (const RowGroup& group : groups) {
      for (const std::vector<Example>& row : group) rows_.push_back(&row);
    }
    history_.resize(rows_.size());
  }

  absl::Status record() {
    for (size_t step = 0;; ++step) {
      std::vector<size_t> rows;
      for (size_t row = 0; row < rows_.size(); ++row) {
        if (rows_[row]->size() > step) rows.push_back(row);
      }
      if (rows.empty()) return absl::OkStatus();
      if (absl::Status status = record_step(step, rows_by_history(step, rows)); !status.ok())
        return status;
    }
  }

  // Puts together what the first `done` steps of these rows recorded.
  Group group(const std::vector<size_t>& rows, size_t done) const {
    Group group;
    for (const size_t row : rows) group.step_counts.push_back(std::min(done, rows_[row]->size()));
    for (size_t step = 0; step < done; ++step) {
      const bool may_have_gaps = gaps(rows, step) > kFewGaps;
      for (size_t first = 0; first < rows.size();) {
        const size_t end = end_of_run(rows, first, step, may_have_gaps);
        if (end > first) group.parts.push_back(part_of(rows, first, end, step));
        first = std::max(end, first + 1);
      }
    }
    return group;
  }

  size_t steps() const { return steps_.size(); }

 private:
  // Says where a step of a row was recorded: in the row `row` of parts[part].
  struct Place {
    size_t part = 0;
    int64_t row = 0;
  };
  struct Step {
    std::vector<Part> parts;
    std::map<size_t, Place> places;  // by row
  };

  // Sorts `rows` into sets that were trained on the same statements up to and with this step: the
  // gradients of such rows are the same. The sets are in the order of their first rows.
  std::vector<std::vector<size_t>> rows_by_history(size_t step, const std::vector<size_t>& rows) {
    std::vector<std::vector<size_t>> sets;
    std::map<std::string, size_t> numbers;  // of the sets, by what their rows were trained on
    for (const size_t row : rows) {
      history_[row] += key_of((*rows_[row])[step]);
      const auto [entry, is_new] = numbers.try_emplace(history_[row], sets.size());
      if (is_new) sets.emplace_back();
      sets[entry->second].push_back(row);
    }
    return sets;
  }

  // Records a step once for each set of rows.
  absl::Status record_step(size_t step, const std::vector<std::vector<size_t>>& sets) {
    std::vector<const Example*> examples;
    for (const std::vector<size_t>& rows : sets) examples.push_back(&(*rows_[rows[0]])[step]);
    Step recorded;
    for (const std::vector<int64_t>& batch : batches_of_similar_length(examples)) {
      std::vector<const Example*> members;
      std::vector<size_t> of_batch;
      for (const int64_t i : batch) {
        members.push_back(examples[static_cast<size_t>(i)]);
        of_batch.push_back(sets[static_cast<size_t>(i)].front());
      }
      absl::StatusOr<StepGradients> gradients = gradients_of(members, group(of_batch, step));
      if (!gradients.ok()) return gradients.status();
      for (size_t i = 0; i < batch.size(); ++i) {
        for (const size_t row : sets[static_cast<size_t>(batch[i])]) {
          recorded.places[row] = {recorded.parts.size(), static_cast<int64_t>(i)};
        }
      }
      at::Tensor shortened;
      if (options_.max_gradient_norm > 0) {
        shortened = shortening(squared_norms(*gradients).sqrt(), options_.max_gradient_norm);
      }
      recorded.parts.push_back({*std::move(gradients), shortened});
    }
    steps_.push_back(std::move(recorded));
    return absl::OkStatus();
  }

  // At the weights that its steps left of each row.
  absl::StatusOr<StepGradients> gradients_of(const std::vector<const Example*>& examples,
                                             const Group& trained) const {
    const auto recorded_by = [&](BaseProducts* products) {
      TunedWeights weights = weights_after(model_, trained, options_, /*base_rows=*/0, products);
      return record_gradients(model_, weights, examples);
    };
    const bool leaves_out =
        products_ != nullptr && device_of(model_).is_cpu() && UnpaddedProducts::pay_for(examples);
    if (!leaves_out) return recorded_by(products_);
    UnpaddedProducts unpadded(*products_, examples);
    absl::StatusOr<StepGradients> gradients = recorded_by(&unpadded);
    return gradients.ok() && unpadded.padding_was_read() ? recorded_by(products_) : gradients;
  }

  // Where the step of a row was recorded; null where it has no such step.
  const Place* place_of(size_t row, size_t step) const {
    const auto place = steps_[step].places.find(row);
    return place == steps_[step].places.end() ? nullptr : &place->second;
  }

  // How often the steps of two neighbours were recorded in one part, but not one behind the other.
  size_t gaps(const std::vector<size_t>& rows, size_t step) const {
    size_t count = 0;
    for (size_t i = 1; i < rows.size(); ++i) {
      const Place* const place = place_of(rows[i - 1], step);
      const Place* const next = place_of(rows[i], step);
      if (place == nullptr || next == nullptr || next->part != place->part) continue;
      count += next->row != place->row + 1;
    }
    return count;
  }

  // Finds the end of the rows from `first` on whose step was recorded in one part, and there one
  // behind the other unless there may be gaps. It is `first` where that row has no such step.
  size_t end_of_run(const std::vector<size_t>& rows, size_t first, size_t step,
                    bool may_have_gaps) const {
    const Place* place = place_of(rows[first], step);
    if (place == nullptr) return first;
    size_t end = first + 1;
    for (; end < rows.size(); ++end) {
      const Place* const next = place_of(rows[end], step);
      if (next == nullptr || next->part != place->part) break;
      if (!may_have_gaps && next->row != place->row + 1) break;
      place = next;
    }
    return end;
  }

  // Takes from its part what belongs to the rows first … end − 1.
  PartOfGroup part_of(const std::vector<size_t>& rows, size_t first, size_t end,
                      size_t step) const {
    const Step& recorded = steps_[step];
    std::vector<int64_t> selected;
    for (size_t i = first; i < end; ++i) selected.push_back(recorded.places.at(rows[i]).row);
    const Part& part = recorded.parts[recorded.places.at(rows[first]).part];
    PartOfGroup result{step, static_cast<int64_t>(first), {}};
    result.part.gradients = select_rows(part.gradients, selected);
    if (part.shortening.defined()) {
      result.part.shortening = part.shortening.index_select(
          0, at::tensor(selected, at::kLong).to(part.shortening.device()));
    }
    return result;
  }

  Model& model_;
  const TrainingOptions& options_;
  BaseProducts* products_;  // may be null
  std::vector<const std::vector<Example>*> rows_;
  std::vector<std::string> history_;  // keys of the statements that each row was trained on so far
  std::vector<Step> steps_;
};

absl::StatusOr<RecordedTraining> RecordedTraining::record(Model& model,
                                                          const std::vector<RowGroup>& groups,
                                                          const TrainingOptions& options,
                                                          BaseProducts* products) {
  Recorder recorder(model, groups, options, products);
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

TunedWeights RecordedTraining::weights(Model& model, const TrainingOptions& options, size_t group,
                                       int64_t base_rows, BaseProducts* products) const {
  return weights_after(model, groups_[group], options, base_rows, products);
}

TunedWeights RecordedTraining::weights_after(Model& model, const Group& group,
                                             const TrainingOptions& options, int64_t base_rows,
                                             BaseProducts* products) {
  const std::vector<Parameter>& parameters = model.parameters();
  if (group.parts.empty()) return TunedWeights(parameters, products);
  const at::Tensor& any = parameters.front().value;
  const at::TensorOptions number = any.options().dtype(wide_type(any));
  // Makes a tensor (count) of one number of each of these rows' combinations.
  const auto per_row = [&](int64_t first, int64_t count, auto number_of) {
    std::vector<double> values;
    for (int64_t row = first; row < first + count; ++row) {
      const size_t steps = group.step_counts[static_cast<size_t>(row)];
      values.push_back(number_of(unrolled_sgd(steps, options)));
    }
    return at::tensor(values, at::kDouble).to(number);
  };
  std::vector<ScaledStep> scaled;
  for (const PartOfGroup& of_group : group.parts) {
    const StepGradients& gradients = of_group.part.gradients;
    at::Tensor scale = per_row(of_group.first_row, gradients.rows, [&](const SgdCombination& sum) {
      return sum.gradients[of_group.step];
    });
    if (of_group.part.shortening.defined()) scale = scale * of_group.part.shortening;
    scaled.push_back({base_rows + of_group.first_row, gradients, scale});
  }
  const auto rows = static_cast<int64_t>(group.step_counts.size());
  at::Tensor base_scale;
  if (options.weight_decay != 0) {
    base_scale = at::cat({at::ones({base_rows}, number),
                          per_row(0, rows, [](const SgdCombination& sum) { return sum.base; })});
  }
  return TunedWeights(parameters, base_rows + rows, joined_steps(std::move(scaled)),
                      std::move(base_scale), products);
}

}  // namespace eif
