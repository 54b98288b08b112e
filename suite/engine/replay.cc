#include "suite/engine/replay.h"

#include <algorithm>
#include <numeric>
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

// How many rows to record and replay together.
int64_t rows_at_once(const std::vector<EncodedRow>& rows, const Evaluation& evaluation,
                     const MeteredWeights& metered, at::Device device, const WorkLimits& limits) {
  if (limits.rows.has_value()) return std::max<int64_t>(1, *limits.rows);
  int64_t tokens = 1;
  for (const EncodedRow& row : rows) tokens = std::max(tokens, tokens_of(row.examples));
  const int64_t positions = std::max<int64_t>(1, evaluation.positions());
  const int64_t replaying = kCopiesOfLargest * metered.largest_bytes();
  const int64_t recording = kCopiesOfUses * tokens * (metered.total_bytes() / positions);
  const int64_t by_memory =
      limits.bytes(device) / std::max<int64_t>(1, std::max(replaying, recording));
  const bool are_images =
      !rows.empty() && std::holds_alternative<ImageExample>(rows.front().examples.front());
  const int64_t by_work =
      work_positions(device, are_images) / std::max<int64_t>(1, evaluation.largest_batch());
  return std::max<int64_t>(1, std::min(by_memory, by_work));
}

}  // namespace

absl::StatusOr<Matrix> ReplayEngine::influence(Model& model, const std::vector<Sample>& trained,
                                               const std::vector<Sample>& evaluated,
                                               const TrainingOptions& options,
                                               const RunControl& control) const {
  if (options.optimizer != Optimizer::kSgd) {
    return absl::InvalidArgumentError(
        "replay computes steps that are linear in the gradients, which AdamW's are not; "
        "use --engine dense");
  }
  const Evaluation evaluation = Evaluation::prepare(model, evaluated);
  TunedWeights base(model.parameters());
  MeteredWeights metered(base);
  absl::StatusOr<Matrix> matrix = base_matrix(model, trained, evaluated, evaluation, metered);
  if (!matrix.ok()) return matrix;

  std::vector<EncodedRow> rows = encode_rows(model, trained, *matrix);
  if (options.learning_rate == 0) {
    fill_unchanged_rows(*matrix);
    control.rows_done(trained.size());
    return matrix;
  }
  control.rows_done(trained.size() - rows.size());
  const int64_t at_once = rows_at_once(rows, evaluation, metered, device_of(model), limits_);
  for (size_t begin = 0; begin < rows.size(); begin += static_cast<size_t>(at_once)) {
    if (control.stopping()) return absl::CancelledError("interrupted");
    const size_t end = std::min(rows.size(), begin + static_cast<size_t>(at_once));
    std::vector<std::vector<Example>> examples;
    for (size_t i = begin; i < end; ++i) examples.push_back(std::move(rows[i].examples));
    const absl::StatusOr<RecordedTraining> training =
        RecordedTraining::record(model, examples, options);
    if (!training.ok()) return training.status();
    TunedWeights weights = training->weights(model, options);
    const absl::StatusOr<at::Tensor> losses = evaluation.losses(model, weights);
    if (!losses.ok()) return losses.status();
    for (size_t i = begin; i < end; ++i) {
      fill_row(*matrix, rows[i].row, (*losses)[static_cast<int64_t>(i - begin)],
               "training on it (a lower learning rate may help)");
    }
    control.rows_done(end - begin);
  }
  return matrix;
}

}  // namespace eif
