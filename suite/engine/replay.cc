#include "suite/engine/replay.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "suite/engine/evaluation.h"
#include "suite/engine/recorded_training.h"
#include "suite/engine/replay_groups.h"

namespace eif {
namespace {

// Replays groups of rows at every learning rate.
class RateReplay {
 public:
  // `unfilled` becomes the matrix of each rate. What is passed by reference outlives this object.
  RateReplay(Model& model, const TrainingOptions& options, std::span<const double> rates,
             const Matrix& unfilled, const RunControl& control)
      : model_(model),
        options_(options),
        rates_(rates),
        control_(control),
        matrices_(rates.size(), unfilled) {}

  absl::Status replay(const RecordedGroups& groups) {
    training_.reset();
    for (size_t k = 0; k < rates_.size(); ++k) {
      if (control_.stopping()) return absl::CancelledError("interrupted");
      options_.learning_rate = rates_[k];
      if (absl::Status status = record(groups); !status.ok()) return status;
      for (size_t g = 0; g < groups.size(); ++g) {
        if (control_.stopping()) return absl::CancelledError("interrupted");
        if (absl::Status status = fill(matrices_[k], groups[g], g); !status.ok()) return status;
        control_.rows_done(groups[g].rows.size());
      }
    }
    return absl::OkStatus();
  }

  std::vector<Matrix> matrices() && { return std::move(matrices_); }

 private:
  // Unless the recording at hand is that of this rate, too.
  absl::Status record(const RecordedGroups& groups) {
    if (options_.learning_rate == 0) return absl::OkStatus();  // nothing is trained
    // The gradients of second steps depend on the rate. Rows with more statements come first.
    const bool has_second_steps = std::any_of(
        groups.begin(), groups.end(),
        [](const ReplayedGroup& group) { return group.rows.front().examples.size() > 1; });
    if (training_.has_value() && !has_second_steps) return absl::OkStatus();
    training_.reset();  // only one at a time fits
    std::vector<RowGroup> rows;
    for (const ReplayedGroup& group : groups) {
      RowGroup& examples = rows.emplace_back();
      for (const ReplayedRow& row : group.rows) examples.push_back(row.examples);
    }
    absl::StatusOr<RecordedTraining> training = RecordedTraining::record(model_, rows, options_);
    if (!training.ok()) return training.status();
    training_ = *std::move(training);
    return absl::OkStatus();
  }

  // Group number `g` of the recording.
  absl::Status fill(Matrix& matrix, const ReplayedGroup& group, size_t g) {
    if (options_.learning_rate == 0) {
      for (const ReplayedRow& row : group.rows) {
        fill_unchanged(matrix, {{{row.row}, row.block->columns}});
      }
      return absl::OkStatus();
    }
    TunedWeights weights = training_->weights(model_, options_, g);
    const absl::StatusOr<at::Tensor> losses = group.evaluation->losses(model_, weights);
    if (!losses.ok()) return losses.status();
    for (size_t i = 0; i < group.rows.size(); ++i) {
      const ReplayedRow& row = group.rows[i];
      fill_row(matrix, row.row, row.block->columns, group.evaluation->of_row(*losses, i),
               "training on it (a lower learning rate may help)");
    }
    return absl::OkStatus();
  }

  Model& model_;
  TrainingOptions options_;
  std::span<const double> rates_;
  const RunControl& control_;
  std::vector<Matrix> matrices_;
  std::optional<RecordedTraining> training_;  // of the groups at hand
};

}  // namespace

absl::StatusOr<Matrix> ReplayEngine::measure(Model& model, const WantedCells& wanted,
                                             const TrainingOptions& options,
                                             const RunControl& control) const {
  absl::StatusOr<std::vector<Matrix>> matrices =
      measure_at(model, wanted, options, {&options.learning_rate, 1}, control);
  if (!matrices.ok()) return matrices.status();
  return std::move(matrices->front());
}

absl::StatusOr<std::vector<Matrix>> ReplayEngine::measure_at(Model& model,
                                                             const WantedCells& wanted,
                                                             TrainingOptions options,
                                                             std::span<const double> rates,
                                                             const RunControl& control) const {
  if (options.optimizer != Optimizer::kSgd) {
    return absl::InvalidArgumentError(
        "replay computes steps that are linear in the gradients, which AdamW's are not; "
        "use --engine dense");
  }
  const Evaluation all = Evaluation::prepare(model, wanted.evaluated);
  TunedWeights base(model.parameters());
  MeteredWeights metered(base);
  absl::StatusOr<Matrix> unfilled = base_matrix(model, wanted, all, metered);
  if (!unfilled.ok()) return unfilled.status();

  const std::vector<RecordedGroups> recordings =
      group_rows(model, wanted, ReplayLimits(model, all, metered, limits_), *unfilled);
  size_t measurable = 0;
  for (const RecordedGroups& groups : recordings) {
    for (const ReplayedGroup& group : groups) measurable += group.rows.size();
  }
  control.rows_done((wanted.rows() - measurable) * rates.size());
  RateReplay at_rates(model, options, rates, *unfilled, control);
  for (const RecordedGroups& groups : recordings) {
    if (absl::Status status = at_rates.replay(groups); !status.ok()) return status;
  }
  return std::move(at_rates).matrices();
}

}  // namespace eif
