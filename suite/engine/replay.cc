#include "suite/engine/replay.h"

#include <algorithm>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "suite/engine/batching.h"
#include "suite/engine/evaluation.h"
#include "suite/engine/memory.h"
#include "suite/engine/recorded_training.h"

namespace eif {
namespace {

// Largest results that are there at the same time in a forward pass: logits, their softmax, what is
// picked from it, and the copies of the last layer beside them.
constexpr int64_t kCopiesOfLargest = 4;
constexpr int64_t kNoLimit = std::numeric_limits<int64_t>::max();

// A trained sample.
struct ReplayedRow {
  size_t row = 0;  // of the matrix
  const CellBlock* block = nullptr;
  std::vector<Example> examples;
};

// Rows whose losses are computed together, those with more and longer statements first.
struct ReplayedGroup {
  std::vector<ReplayedRow> rows;
  // Of what all rows are evaluated on, or of what each of them is, one row for each.
  std::shared_ptr<const Evaluation> evaluation;
};

// Of all statements together; the number of images.
int64_t positions_of(const std::vector<Example>& examples) {
  int64_t positions = 0;
  for (const Example& example : examples) positions += token_count(example);
  return positions;
}

int64_t positions_of(const ReplayedGroup& group) {
  int64_t positions = 0;
  for (const ReplayedRow& row : group.rows) positions += positions_of(row.examples);
  return positions;
}

// From the memory that a position needs to what is done at once.
class WorkPlan {
 public:
  // base, metered: all evaluated samples under the base weights, and what that took.
  WorkPlan(Model& model, const Evaluation& base, const MeteredWeights& metered,
           const WorkLimits& limits)
      : device_(device_of(model)),
        are_images_(model.info().modality == Modality::kImage),
        bytes_(limits.bytes(device_)),
        rows_(limits.rows),
        recorded_bytes_(kCopiesOfUses * metered.total_bytes() /
                        std::max<int64_t>(1, base.positions())),
        replayed_bytes_(kCopiesOfLargest * metered.largest_bytes() /
                        std::max<int64_t>(1, base.largest_batch())) {}

  // Of rows that take so many positions each to record: how many, and positions that they are
  // evaluated on.
  BatchLimits replayed_together(int64_t recorded_positions_of_row) const {
    if (rows_.has_value()) return {.examples = at_least_one(*rows_)};
    const int64_t recorded_bytes_of_row = recorded_bytes_ * recorded_positions_of_row;
    return {.examples = at_least_one(bytes_ / at_least_one(recorded_bytes_of_row)),
            .tokens = std::min(work_positions(device_, are_images_),
                               bytes_ / at_least_one(replayed_bytes_))};
  }

  // Whether so many positions leave no room for others beside them.
  bool fills_device(int64_t positions) const {
    return positions >= work_positions(device_, are_images_);
  }

  bool recorded_together(size_t rows, int64_t positions) const {
    if (rows_.has_value()) return std::cmp_less_equal(rows, at_least_one(*rows_));
    return positions <= recorded_positions(device_, are_images_) &&
           positions * recorded_bytes_ <= bytes_;
  }

 private:
  static int64_t at_least_one(int64_t count) { return std::max<int64_t>(1, count); }

  at::Device device_;
  bool are_images_;
  int64_t bytes_;  // that there are
  std::optional<int64_t> rows_;
  int64_t recorded_bytes_, replayed_bytes_;  // by position
};

// Rows in groups. Rows that cannot be measured have their reason in the matrix and are in no group.
class Grouping {
 public:
  Grouping(Model& model, const WantedCells& wanted, const WorkPlan& plan, Matrix& matrix)
      : model_(model), wanted_(wanted), plan_(plan), matrix_(matrix) {}

  std::vector<ReplayedGroup> groups() && {
    for (const CellBlock& block : wanted_.blocks) add(block);
    for (auto& [length_class, rows] : pooled_) add_pooled(std::move(rows));
    return std::move(groups_);
  }

 private:
  struct PooledRow {
    ReplayedRow row;
    int64_t positions = 0;  // to evaluate it on
  };

  // The rows of a block that fills the device, or whose columns are no single batch of texts, are
  // replayed by themselves, the others with those of other blocks.
  void add(const CellBlock& block) {
    auto evaluation = std::make_shared<const Evaluation>(
        Evaluation::prepare(model_, wanted_.evaluated_in(block)));
    std::vector<ReplayedRow> rows = encoded(block);
    const int64_t positions = evaluation->positions();
    const std::optional<int64_t> length_class = evaluation->length_class();
    if (length_class && !plan_.fills_device(std::ssize(rows) * positions)) {
      for (ReplayedRow& row : rows) {
        pooled_[*length_class].push_back({std::move(row), positions});
      }
      return;
    }
    const BatchLimits limits = plan_.replayed_together(longest(rows));
    const int64_t by_positions = limits.tokens / std::max<int64_t>(1, evaluation->largest_batch());
    const int64_t together = std::max<int64_t>(1, std::min(limits.examples, by_positions));
    sort_by_training(rows);
    for (ReplayedRow& row : rows) {
      if (groups_.empty() || groups_.back().evaluation != evaluation ||
          std::ssize(groups_.back().rows) == together) {
        groups_.push_back({{}, evaluation});
      }
      groups_.back().rows.push_back(std::move(row));
    }
  }

  void add_pooled(std::vector<PooledRow> pooled) {
    std::vector<int64_t> sizes;
    int64_t longest = 0;
    for (const PooledRow& row : pooled) {
      sizes.push_back(row.positions);
      longest = std::max(longest, positions_of(row.row.examples));
    }
    for (const std::vector<int64_t>& batch :
         batches_of_similar_size(sizes, plan_.replayed_together(longest))) {
      ReplayedGroup& group = groups_.emplace_back();
      for (const int64_t i : batch) {
        group.rows.push_back(std::move(pooled[static_cast<size_t>(i)].row));
      }
      sort_by_training(group.rows);
      std::vector<EvaluatedRow> evaluated;
      for (const ReplayedRow& row : group.rows) {
        evaluated.push_back({{}, wanted_.evaluated_in(*row.block)});
      }
      group.evaluation = std::make_shared<const Evaluation>(
          Evaluation::prepare_rows(model_, evaluated, {.tokens = kNoLimit}));
    }
  }

  std::vector<ReplayedRow> encoded(const CellBlock& block) {
    std::vector<ReplayedRow> rows;
    for (const size_t row : block.rows) {
      absl::StatusOr<std::vector<Example>> examples = encode_sample(model_, wanted_.trained[row]);
      if (examples.ok()) {
        rows.push_back({row, &block, *std::move(examples)});
      } else {
        matrix_.row_errors()[row] = std::string(examples.status().message());
      }
    }
    return rows;
  }

  static int64_t longest(const std::vector<ReplayedRow>& rows) {
    int64_t positions = 0;
    for (const ReplayedRow& row : rows) {
      positions = std::max(positions, positions_of(row.examples));
    }
    return positions;
  }

  static void sort_by_training(std::vector<ReplayedRow>& rows) {
    const auto size = [](const ReplayedRow& row) {
      return std::pair(row.examples.size(), token_count(row.examples.front()));
    };
    std::stable_sort(rows.begin(), rows.end(),
                     [&](const ReplayedRow& a, const ReplayedRow& b) { return size(a) > size(b); });
  }

  Model& model_;
  const WantedCells& wanted_;
  const WorkPlan& plan_;
  Matrix& matrix_;
  std::vector<ReplayedGroup> groups_;
  std::map<int64_t, std::vector<PooledRow>> pooled_;  // by length class
};

// Which groups are recorded together, in their order.
std::vector<std::vector<ReplayedGroup>> in_recordings(std::vector<ReplayedGroup> groups,
                                                      const WorkPlan& plan) {
  std::vector<std::vector<ReplayedGroup>> recordings;
  size_t rows = 0;
  int64_t positions = 0;
  for (ReplayedGroup& group : groups) {
    rows += group.rows.size();
    positions += positions_of(group);
    if (recordings.empty() || !plan.recorded_together(rows, positions)) {
      recordings.emplace_back();
      rows = group.rows.size();
      positions = positions_of(group);
    }
    recordings.back().push_back(std::move(group));
  }
  return recordings;
}

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

  absl::Status replay(const std::vector<ReplayedGroup>& groups) {
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
  absl::Status record(const std::vector<ReplayedGroup>& groups) {
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
                                                             const TrainingOptions& options,
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

  const WorkPlan plan(model, all, metered, limits_);
  std::vector<ReplayedGroup> groups = Grouping(model, wanted, plan, *unfilled).groups();
  size_t measurable = 0;
  for (const ReplayedGroup& group : groups) measurable += group.rows.size();
  control.rows_done((wanted.rows() - measurable) * rates.size());
  RateReplay at_rates(model, options, rates, *unfilled, control);
  for (const std::vector<ReplayedGroup>& recording : in_recordings(std::move(groups), plan)) {
    if (absl::Status status = at_rates.replay(recording); !status.ok()) return status;
  }
  return std::move(at_rates).matrices();
}

}  // namespace eif
