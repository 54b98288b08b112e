#include "suite/engine/replay.h"

#include <algorithm>
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

// Samples of one block whose losses are computed together.
struct ReplayedGroup {
  size_t block = 0;
  std::vector<size_t> rows;  // of the matrix
  RowGroup examples;         // of each row; those with more and longer statements first
};

// Of all statements together; the number of images.
int64_t positions_of(const std::vector<Example>& examples) {
  int64_t positions = 0;
  for (const Example& example : examples) positions += token_count(example);
  return positions;
}

int64_t positions_of(const ReplayedGroup& group) {
  int64_t positions = 0;
  for (const std::vector<Example>& row : group.examples) positions += positions_of(row);
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

  // Rows of so many positions each, or fewer.
  size_t rows_replayed_together(int64_t positions_of_row, const Evaluation& evaluation) const {
    if (rows_.has_value()) return at_least_one(*rows_);
    const int64_t batch = std::max<int64_t>(1, evaluation.largest_batch());
    const int64_t bytes_of_row =
        std::max(replayed_bytes_ * batch, recorded_bytes_ * positions_of_row);
    return at_least_one(std::min(bytes_ / std::max<int64_t>(1, bytes_of_row),
                                 work_positions(device_, are_images_) / batch));
  }

  bool recorded_together(size_t rows, int64_t positions) const {
    if (rows_.has_value()) return rows <= at_least_one(*rows_);
    return positions <= recorded_positions(device_, are_images_) &&
           positions * recorded_bytes_ <= bytes_;
  }

 private:
  static size_t at_least_one(int64_t rows) {
    return static_cast<size_t>(std::max<int64_t>(1, rows));
  }

  at::Device device_;
  bool are_images_;
  int64_t bytes_;  // that there are
  std::optional<int64_t> rows_;
  int64_t recorded_bytes_, replayed_bytes_;  // by position
};

// The rows of a block in groups. Rows that cannot be measured have their reason in the matrix and
// are in no group.
std::vector<ReplayedGroup> groups_of(const Model& model, const WantedCells& wanted, size_t block,
                                     const Evaluation& evaluation, const WorkPlan& plan,
                                     Matrix& matrix) {
  std::vector<std::pair<size_t, std::vector<Example>>> encoded;
  int64_t longest = 1;
  for (const size_t row : wanted.blocks[block].rows) {
    absl::StatusOr<std::vector<Example>> examples = encode_sample(model, wanted.trained[row]);
    if (examples.ok()) {
      longest = std::max(longest, positions_of(*examples));
      encoded.emplace_back(row, *std::move(examples));
    } else {
      matrix.row_errors()[row] = std::string(examples.status().message());
    }
  }
  const auto size = [](const std::vector<Example>& examples) {
    return std::pair(examples.size(), token_count(examples.front()));
  };
  std::stable_sort(encoded.begin(), encoded.end(),
                   [&](const auto& a, const auto& b) { return size(a.second) > size(b.second); });
  const size_t together = plan.rows_replayed_together(longest, evaluation);
  std::vector<ReplayedGroup> groups;
  for (auto& [row, examples] : encoded) {
    if (groups.empty() || groups.back().rows.size() == together) groups.push_back({block, {}, {}});
    groups.back().rows.push_back(row);
    groups.back().examples.push_back(std::move(examples));
  }
  return groups;
}

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
  // evaluations: of each block. `unfilled` becomes the matrix of each rate. What is passed by
  // reference outlives this object.
  RateReplay(Model& model, const WantedCells& wanted, const std::vector<Evaluation>& evaluations,
             const TrainingOptions& options, std::span<const double> rates, const Matrix& unfilled,
             const RunControl& control)
      : model_(model),
        wanted_(wanted),
        evaluations_(evaluations),
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
    const bool has_second_steps =
        std::any_of(groups.begin(), groups.end(),
                    [](const ReplayedGroup& group) { return group.examples.front().size() > 1; });
    if (training_.has_value() && !has_second_steps) return absl::OkStatus();
    training_.reset();  // only one at a time fits
    std::vector<RowGroup> rows;
    for (const ReplayedGroup& group : groups) rows.push_back(group.examples);
    absl::StatusOr<RecordedTraining> training = RecordedTraining::record(model_, rows, options_);
    if (!training.ok()) return training.status();
    training_ = *std::move(training);
    return absl::OkStatus();
  }

  // Group number `g` of the recording.
  absl::Status fill(Matrix& matrix, const ReplayedGroup& group, size_t g) {
    const CellBlock& block = wanted_.blocks[group.block];
    if (options_.learning_rate == 0) {
      fill_unchanged(matrix, {{group.rows, block.columns}});
      return absl::OkStatus();
    }
    TunedWeights weights = training_->weights(model_, options_, g);
    const absl::StatusOr<at::Tensor> losses = evaluations_[group.block].losses(model_, weights);
    if (!losses.ok()) return losses.status();
    const at::Tensor by_row = losses->expand({static_cast<int64_t>(group.rows.size()), -1});
    for (size_t i = 0; i < group.rows.size(); ++i) {
      fill_row(matrix, group.rows[i], block.columns, by_row[static_cast<int64_t>(i)],
               "training on it (a lower learning rate may help)");
    }
    return absl::OkStatus();
  }

  Model& model_;
  const WantedCells& wanted_;
  const std::vector<Evaluation>& evaluations_;
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
  std::vector<Evaluation> evaluations;
  std::vector<ReplayedGroup> groups;
  size_t unmeasurable = 0;
  for (size_t block = 0; block < wanted.blocks.size(); ++block) {
    unmeasurable += wanted.blocks[block].rows.size();
    evaluations.push_back(Evaluation::prepare(model, wanted.evaluated_in(wanted.blocks[block])));
    for (ReplayedGroup& group :
         groups_of(model, wanted, block, evaluations.back(), plan, *unfilled)) {
      unmeasurable -= group.rows.size();
      groups.push_back(std::move(group));
    }
  }
  control.rows_done(unmeasurable * rates.size());
  RateReplay at_rates(model, wanted, evaluations, options, rates, *unfilled, control);
  for (const std::vector<ReplayedGroup>& recording : in_recordings(std::move(groups), plan)) {
    if (absl::Status status = at_rates.replay(recording); !status.ok()) return status;
  }
  return std::move(at_rates).matrices();
}

}  // namespace eif
