#include "suite/engine/evaluation.h"

#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace eif {
namespace {

// How many nodes or images a batch has.
int64_t positions_of(const Batch& batch) {
  if (const auto* tokens = std::get_if<TokenBatch>(&batch)) return tokens->ids.numel();
  return std::get<ImageBatch>(batch).labels.numel();
}

// Collects examples for one batch. Those of a row stand in a row of their own: nodes of different
// rows do not see each other, so one long row for all would compute mostly what is masked.
class OpenBatch {
 public:
  explicit OpenBatch(const EvaluationLimits& limits) : limits_(limits) {}

  bool empty() const { return examples_.empty(); }

  bool takes(const Example& example) const {
    if (!batch_together(*examples_.front().front(), example)) return false;
    if (std::holds_alternative<ImageExample>(example)) return count_ < limits_.images;
    return tokens_ + token_count(example) <= limits_.tokens;
  }

  // Whether a row of so many tokens fits beside what is there. One that would not fit into a batch
  // of its own either is cut anyway and may begin here.
  bool takes_row(int64_t tokens) const {
    return tokens_ + tokens <= limits_.tokens || tokens > limits_.tokens;
  }

  void add(const Example& example, size_t row, int64_t loss) {
    if (empty() || row != row_) {
      examples_.emplace_back();
      losses_.emplace_back();
      row_ = row;
    }
    examples_.back().push_back(&example);
    losses_.back().push_back(loss);
    ++count_;
    tokens_ += token_count(example);
  }

  Batch batch(at::Device device) const {
    if (examples_.size() == 1) return make_batch(examples_.front(), device, limits_.share_prefixes);
    return make_forest_batch(examples_, device, limits_.share_prefixes);
  }

  // Makes Evaluation::SampleBatch::samples.
  at::Tensor samples(int64_t losses) const {
    int64_t most = 0;
    for (const std::vector<int64_t>& row : losses_) most = std::max<int64_t>(most, std::ssize(row));
    at::Tensor samples = at::full({std::ssize(losses_), most}, losses, at::kLong);
    for (int64_t row = 0; row < samples.size(0); ++row) {
      const at::Tensor own = at::tensor(losses_[static_cast<size_t>(row)], at::kLong);
      samples[row].narrow(0, 0, own.size(0)).copy_(own);
    }
    return samples;
  }

 private:
  EvaluationLimits limits_;
  std::vector<std::vector<const Example*>> examples_;  // by row
  std::vector<std::vector<int64_t>> losses_;           // likewise
  size_t row_ = 0;                                     // the last one
  int64_t count_ = 0;
  int64_t tokens_ = 0;
};

}  // namespace

at::Device device_of(Model& model) { return model.parameters().front().value.device(); }

Evaluation Evaluation::prepare(Model& model, const std::vector<Sample>& samples,
                               const EvaluationLimits& limits) {
  return prepare(device_of(model), pointers_to(encode_samples(model, samples)), limits);
}

Evaluation Evaluation::prepare(at::Device device, const std::vector<const EncodedSample*>& samples,
                               const EvaluationLimits& limits) {
  return prepare_rows(device, {samples}, limits);
}

Evaluation Evaluation::prepare_rows(at::Device device,
                                    const std::vector<std::vector<const EncodedSample*>>& rows,
                                    const EvaluationLimits& limits) {
  int64_t count = 0;
  for (const std::vector<const EncodedSample*>& row : rows) count += std::ssize(row);
  Evaluation evaluation;
  OpenBatch open(limits);
  const auto close = [&] {
    if (open.empty()) return;
    Batch batch = open.batch(device);
    const int64_t positions = positions_of(batch);
    evaluation.positions_ += positions;
    evaluation.largest_batch_ = std::max(evaluation.largest_batch_, positions);
    evaluation.batches_.push_back({std::move(batch), open.samples(count)});
    open = OpenBatch(limits);
  };
  for (size_t row = 0; row < rows.size(); ++row) {
    int64_t tokens = 0;
    for (const EncodedSample* sample : rows[row]) {
      if (sample->ok()) tokens += token_count(**sample);
    }
    if (!open.takes_row(tokens)) close();
    evaluation.first_losses_.push_back(std::ssize(evaluation.errors_));
    for (const EncodedSample* sample : rows[row]) {
      const int64_t loss = std::ssize(evaluation.errors_);
      evaluation.errors_.emplace_back(sample->status().message());
      if (!sample->ok()) continue;
      for (const Example& example : **sample) {
        if (!open.empty() && !open.takes(example)) close();
        open.add(example, row, loss);
      }
    }
  }
  close();
  return evaluation;
}

absl::StatusOr<at::Tensor> Evaluation::losses(const Model& model, Weights& weights) const {
  const at::NoGradGuard no_gradients;
  const auto count = static_cast<int64_t>(errors_.size());
  at::Tensor nll, scored;  // (R, losses + 1): the last is that of no sample
  for (const SampleBatch& part : batches_) {
    const absl::StatusOr<Losses> losses = model.loss(weights, part.batch);
    if (!losses.ok()) return losses.status();
    // Weights of R rows give R losses to each statement of a batch of one row.
    const int64_t statements = part.samples.numel();
    const at::Tensor part_nll = losses->nll.to(at::kCPU, at::kDouble).reshape({-1, statements});
    const at::Tensor part_scored =
        losses->scored.to(at::kCPU, at::kDouble).reshape({-1, statements}).expand_as(part_nll);
    if (!nll.defined()) {
      nll = at::zeros({part_nll.size(0), count + 1}, at::kDouble);
      scored = at::zeros_like(nll);
    }
    nll.index_add_(1, part.samples.flatten(), part_nll);
    scored.index_add_(1, part.samples.flatten(), part_scored);
  }
  if (!nll.defined()) return at::full({1, count}, Matrix::kUnmeasured, at::kDouble);
  // 0/0, NaN, where a sample could not be encoded.
  return (nll / scored).narrow(1, 0, count).contiguous();
}

at::Tensor Evaluation::losses_of_row(const at::Tensor& losses, size_t row) const {
  if (first_losses_.size() == 1) return losses[losses.size(0) == 1 ? 0 : static_cast<int64_t>(row)];
  const int64_t first = first_losses_[row];
  const int64_t end = row + 1 < first_losses_.size() ? first_losses_[row + 1] : losses.size(1);
  return losses[0].narrow(0, first, end - first);
}

std::span<const std::string> Evaluation::errors_of_row(size_t row) const {
  const auto first = static_cast<size_t>(first_losses_[row]);
  const size_t end =
      row + 1 < first_losses_.size() ? static_cast<size_t>(first_losses_[row + 1]) : errors_.size();
  return std::span(errors_).subspan(first, end - first);
}

std::optional<int64_t> Evaluation::length_class() const {
  if (batches_.size() != 1) return std::nullopt;
  const auto* tokens = std::get_if<TokenBatch>(&batches_.front().batch);
  return tokens == nullptr ? std::nullopt : std::optional(tokens->length_class);
}

Matrix unfilled(const WantedCells& wanted, const Evaluation& evaluation, std::vector<double> base) {
  Matrix matrix(ids_of(wanted.trained), ids_of(wanted.evaluated));
  matrix.column_errors() = evaluation.errors();
  matrix.base() = std::move(base);
  return matrix;
}

absl::StatusOr<Matrix> base_matrix(const Model& model, const WantedCells& wanted,
                                   const Evaluation& evaluation, Weights& weights) {
  const absl::StatusOr<at::Tensor> losses = evaluation.losses(model, weights);
  if (!losses.ok()) return losses.status();
  const double* values = losses->const_data_ptr<double>();
  return unfilled(wanted, evaluation, {values, values + losses->numel()});
}

void fill_row(Matrix& matrix, size_t row, const std::vector<size_t>& columns,
              const at::Tensor& losses, const std::string& when) {
  std::vector<double> base;
  for (const size_t column : columns) base.push_back(matrix.base()[column]);
  fill_influences(matrix, row, columns, at::tensor(base, at::kDouble) - losses,
                  absl::StrCat("after ", when, " the loss of"));
}

void fill_influences(Matrix& matrix, size_t row, const std::vector<size_t>& columns,
                     const at::Tensor& influences, const std::string& of_column) {
  const at::Tensor contiguous = influences.contiguous();
  const double* cells = contiguous.const_data_ptr<double>();
  for (size_t i = 0; i < columns.size(); ++i) {
    const size_t column = columns[i];
    if (std::isfinite(cells[i])) {
      matrix.at(row, column) = cells[i];
    } else if (matrix.column_errors()[column].empty() && matrix.row_errors()[row].empty()) {
      matrix.row_errors()[row] =
          absl::StrCat(of_column, " ", matrix.evaluated_ids()[column], " is not finite");
    }
  }
}

void fill_unchanged(Matrix& matrix, const std::vector<CellBlock>& blocks) {
  for (const CellBlock& block : blocks) {
    for (const size_t row : block.rows) {
      if (!matrix.row_errors()[row].empty()) continue;
      for (const size_t column : block.columns) {
        // Of a loss that is not finite the difference is NaN.
        matrix.at(row, column) = matrix.base()[column] - matrix.base()[column];
      }
    }
  }
}

}  // namespace eif
