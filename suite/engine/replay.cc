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

struct EncodedRow {
  size_t row;  // of the matrix
  std::vector<Example> examples;
};

// Rows with more statements first, as RecordedTraining wants them; unmeasurable ones left out.
std::vector<EncodedRow> encode_rows(const Model& model, const std::vector<Sample>& trained,
                                    Matrix& matrix) {
  std::vector<EncodedRow> rows;
  for (size_t row = 0; row < trained.size(); ++row) {
    absl::StatusOr<std::vector<Example>> examples = encode_sample(model, trained[row]);
    if (examples.ok()) {
      rows.push_back({row, *std::move(examples)});
    } else {
      matrix.row_errors()[row] = std::string(examples.status().message());
    }
  }
  std::stable_sort(rows.begin(), rows.end(), [](const EncodedRow& a, const EncodedRow& b) {
    return a.examples.size() > b.examples.size();
  });
  return rows;
}

// Of all statements together; 1 for an image.
int64_t tokens_of(const std::vector<Example>& examples) {
  int64_t tokens = 0;
  for (const Example& example : examples) tokens += token_count(example);
  return tokens;
}

// How many rows are recorded together, and how many of them are then replayed together.
struct RowsAtOnce {
  int64_t recorded = 1;
  int64_t replayed = 1;
};

RowsAtOnce rows_at_once(const std::vector<EncodedRow>& rows, const Evaluation& evaluation,
                        const MeteredWeights& metered, at::Device device,
                        const WorkLimits& limits) {
  if (limits.rows.has_value()) {
    const int64_t at_once = std::max<int64_t>(1, *limits.rows);
    return {at_once, at_once};
  }
  int64_t tokens = 1;
  for (const EncodedRow& row : rows) tokens = std::max(tokens, tokens_of(row.examples));
  const int64_t positions = std::max<int64_t>(1, evaluation.positions());
  const int64_t replaying = kCopiesOfLargest * metered.largest_bytes();
  const int64_t recording = kCopiesOfUses * tokens * (metered.total_bytes() / positions);
  const auto by_memory = [bytes = limits.bytes(device)](int64_t bytes_of_row) {
    return bytes / std::max<int64_t>(1, bytes_of_row);
  };
  const bool are_images =
      !rows.empty() && std::holds_alternative<ImageExample>(rows.front().examples.front());
  const int64_t by_work =
      work_positions(device, are_images) / std::max<int64_t>(1, evaluation.largest_batch());
  const auto at_least_one = [](int64_t rows) { return std::max<int64_t>(1, rows); };
  const int64_t replayed =
      at_least_one(std::min(by_memory(std::max(replaying, recording)), by_work));
  // A row of an image is one position: few rows would not fill the device.
  const int64_t recorded = are_images ? std::min(by_memory(recording), kImagesOfBatch) : replayed;
  return {std::max(recorded, replayed), replayed};
}

// The losses under the weights of each recorded row: (rows, columns)
absl::StatusOr<at::Tensor> replayed_losses(Model& model, const RecordedTraining& training,
                                           const TrainingOptions& options,
                                           const Evaluation& evaluation, int64_t at_once) {
  std::vector<at::Tensor> parts;
  for (int64_t first = 0; first < training.rows(); first += at_once) {
    const int64_t count = std::min(at_once, training.rows() - first);
    TunedWeights weights = training.weights(model, options, {first, count});
    const absl::StatusOr<at::Tensor> losses = evaluation.losses(model, weights);
    if (!losses.ok()) return losses.status();
    parts.push_back(losses->expand({count, -1}));
  }
  return at::cat(parts);
}

// Replays rows, some at once, at every learning rate.
class RateReplay {
 public:
  // `unfilled` becomes the matrix of each rate; at_once: rows that are evaluated together. What is
  // passed by reference outlives this object.
  RateReplay(Model& model, const Evaluation& evaluation, const TrainingOptions& options,
             std::span<const double> rates, const Matrix& unfilled, int64_t at_once,
             const RunControl& control)
      : model_(model),
        evaluation_(evaluation),
        options_(options),
        rates_(rates),
        at_once_(at_once),
        control_(control),
        matrices_(rates.size(), unfilled) {}

  absl::Status replay(std::span<const EncodedRow> rows) {
    std::vector<std::vector<Example>> examples;
    for (const EncodedRow& row : rows) examples.push_back(row.examples);
    training_.reset();
    for (size_t k = 0; k < rates_.size(); ++k) {
      if (control_.stopping()) return absl::CancelledError("interrupted");
      options_.learning_rate = rates_[k];
      const absl::StatusOr<at::Tensor> losses = losses_of(examples);
      if (!losses.ok()) return losses.status();
      for (size_t i = 0; i < rows.size(); ++i) {
        fill_row(matrices_[k], rows[i].row, (*losses)[static_cast<int64_t>(i)],
                 "training on it (a lower learning rate may help)");
      }
      control_.rows_done(rows.size());
    }
    return absl::OkStatus();
  }

  std::vector<Matrix> matrices() && { return std::move(matrices_); }

 private:
  // (rows, columns)
  absl::StatusOr<at::Tensor> losses_of(const std::vector<std::vector<Example>>& examples) {
    if (options_.learning_rate == 0) {
      // No weight changes: exactly the base, not what batches of other sizes leave in the last
      // bits.
      const at::Tensor base = at::tensor(matrices_.front().base(), at::kDouble);
      return base.expand({static_cast<int64_t>(examples.size()), -1});
    }
    // Rows with more statements come first. The gradients of second steps depend on the rate.
    if (!training_.has_value() || examples.front().size() > 1) {
      training_.reset();  // only one at a time fits
      absl::StatusOr<RecordedTraining> training =
          RecordedTraining::record(model_, examples, options_);
      if (!training.ok()) return training.status();
      training_ = *std::move(training);
    }
    return replayed_losses(model_, *training_, options_, evaluation_, at_once_);
  }

  Model& model_;
  const Evaluation& evaluation_;
  TrainingOptions options_;
  std::span<const double> rates_;
  int64_t at_once_;
  const RunControl& control_;
  std::vector<Matrix> matrices_;
  std::optional<RecordedTraining> training_;  // of the rows at hand
};

}  // namespace

absl::StatusOr<Matrix> ReplayEngine::influence(Model& model, const std::vector<Sample>& trained,
                                               const std::vector<Sample>& evaluated,
                                               const TrainingOptions& options,
                                               const RunControl& control) const {
  absl::StatusOr<std::vector<Matrix>> matrices =
      influence_at(model, trained, evaluated, options, {&options.learning_rate, 1}, control);
  if (!matrices.ok()) return matrices.status();
  return std::move(matrices->front());
}

absl::StatusOr<std::vector<Matrix>> ReplayEngine::influence_at(Model& model,
                                                               const std::vector<Sample>& trained,
                                                               const std::vector<Sample>& evaluated,
                                                               const TrainingOptions& options,
                                                               std::span<const double> rates,
                                                               const RunControl& control) const {
  if (options.optimizer != Optimizer::kSgd) {
    return absl::InvalidArgumentError(
        "replay computes steps that are linear in the gradients, which AdamW's are not; "
        "use --engine dense");
  }
  const Evaluation evaluation = Evaluation::prepare(model, evaluated);
  TunedWeights base(model.parameters());
  MeteredWeights metered(base);
  absl::StatusOr<Matrix> unfilled = base_matrix(model, trained, evaluated, evaluation, metered);
  if (!unfilled.ok()) return unfilled.status();
  const std::vector<EncodedRow> rows = encode_rows(model, trained, *unfilled);
  control.rows_done((trained.size() - rows.size()) * rates.size());

  const RowsAtOnce at_once = rows_at_once(rows, evaluation, metered, device_of(model), limits_);
  const auto recorded = static_cast<size_t>(at_once.recorded);
  RateReplay at_rates(model, evaluation, options, rates, *unfilled, at_once.replayed, control);
  for (size_t begin = 0; begin < rows.size(); begin += recorded) {
    const size_t count = std::min(recorded, rows.size() - begin);
    const absl::Status status = at_rates.replay(std::span(rows).subspan(begin, count));
    if (!status.ok()) return status;
  }
  return std::move(at_rates).matrices();
}

}  // namespace eif
