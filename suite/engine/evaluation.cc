#include "suite/engine/evaluation.h"

#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace eif {
namespace {

// Nodes or images of one row.
int64_t positions_of(const Batch& batch) {
  if (const auto* tokens = std::get_if<TokenBatch>(&batch)) return tokens->ids.size(1);
  return std::get<ImageBatch>(batch).labels.size(1);
}

// Examples on their way into one batch.
struct OpenBatch {
  std::vector<const Example*> examples;
  std::vector<int64_t> samples;
  int64_t tokens = 0;

  bool takes(const Example& example, const EvaluationLimits& limits) const {
    if (examples.empty()) return true;
    return batch_together(*examples.front(), example) &&
           static_cast<int64_t>(examples.size()) < limits.images &&
           tokens + token_count(example) <= limits.tokens;
  }
};

}  // namespace

absl::StatusOr<std::vector<Example>> encode_sample(const Model& model, const Sample& sample,
                                                   const std::vector<Statement>& context) {
  std::vector<Example> examples;
  for (const Statement& statement : sample.statements) {
    absl::StatusOr<Example> example = model.encode(statement, context);
    if (!example.ok()) return example.status();
    if (scored_tokens(*example) == 0) {
      return absl::InvalidArgumentError(
          "a statement of one token has no scored token (--bos always puts one in front)");
    }
    examples.push_back(*std::move(example));
  }
  if (examples.empty()) return absl::InvalidArgumentError("the sample has no statement");
  return examples;
}

at::Device device_of(Model& model) { return model.parameters().front().value.device(); }

Evaluation Evaluation::prepare(Model& model, const std::vector<Sample>& samples,
                               const EvaluationLimits& limits) {
  return prepare_in_contexts(model, samples, {{}}, limits);
}

Evaluation Evaluation::prepare_in_contexts(Model& model, const std::vector<Sample>& samples,
                                           const std::vector<std::vector<Statement>>& contexts,
                                           const EvaluationLimits& limits) {
  const size_t count = samples.size() * contexts.size();
  Evaluation evaluation;
  evaluation.errors_.resize(count);
  std::vector<std::vector<Example>> encoded(count);
  OpenBatch open;
  const auto close = [&] {
    if (open.examples.empty()) return;
    const at::Device device = device_of(model);
    Batch batch = make_batch(open.examples, device, limits.share_prefixes);
    const int64_t positions = positions_of(batch);
    evaluation.positions_ += positions;
    evaluation.largest_batch_ = std::max(evaluation.largest_batch_, positions);
    evaluation.batches_.push_back({std::move(batch), at::tensor(open.samples, at::kLong)});
    open = {};
  };
  for (size_t i = 0; i < count; ++i) {
    absl::StatusOr<std::vector<Example>> examples =
        encode_sample(model, samples[i % samples.size()], contexts[i / samples.size()]);
    if (!examples.ok()) {
      evaluation.errors_[i] = std::string(examples.status().message());
      continue;
    }
    encoded[i] = *std::move(examples);
    for (const Example& example : encoded[i]) {
      if (!open.takes(example, limits)) close();
      open.examples.push_back(&example);
      open.samples.push_back(static_cast<int64_t>(i));
      open.tokens += token_count(example);
    }
  }
  close();
  return evaluation;
}

absl::StatusOr<at::Tensor> Evaluation::losses(const Model& model, Weights& weights) const {
  const at::NoGradGuard no_gradients;
  const auto count = static_cast<int64_t>(errors_.size());
  at::Tensor nll, scored;  // (R, samples)
  for (const SampleBatch& part : batches_) {
    const absl::StatusOr<Losses> losses = model.loss(weights, part.batch);
    if (!losses.ok()) return losses.status();
    const at::Tensor part_nll = losses->nll.to(at::kCPU, at::kDouble);
    const at::Tensor part_scored = losses->scored.to(at::kCPU, at::kDouble).expand_as(part_nll);
    if (!nll.defined()) {
      nll = at::zeros({part_nll.size(0), count}, at::kDouble);
      scored = at::zeros_like(nll);
    }
    nll.index_add_(1, part.samples, part_nll);
    scored.index_add_(1, part.samples, part_scored);
  }
  if (!nll.defined()) return at::full({1, count}, Matrix::kUnmeasured, at::kDouble);
  return nll / scored;  // 0/0, NaN, where a sample could not be encoded
}

absl::StatusOr<Matrix> base_matrix(const Model& model, const std::vector<Sample>& trained,
                                   const std::vector<Sample>& evaluated,
                                   const Evaluation& evaluation, Weights& weights) {
  Matrix matrix(ids_of(trained), ids_of(evaluated));
  matrix.column_errors() = evaluation.errors();
  const absl::StatusOr<at::Tensor> losses = evaluation.losses(model, weights);
  if (!losses.ok()) return losses.status();
  const double* values = losses->const_data_ptr<double>();
  matrix.base().assign(values, values + matrix.columns());
  return matrix;
}

void fill_row(Matrix& matrix, size_t row, const at::Tensor& losses, const std::string& when) {
  const double* loss = losses.const_data_ptr<double>();
  for (size_t column = 0; column < matrix.columns(); ++column) {
    const double influence = matrix.base()[column] - loss[column];
    if (std::isfinite(influence)) {
      matrix.at(row, column) = influence;
    } else if (matrix.column_errors()[column].empty() && matrix.row_errors()[row].empty()) {
      matrix.row_errors()[row] = absl::StrCat("after ", when, " the loss of ",
                                              matrix.evaluated_ids()[column], " is not finite");
    }
  }
}

}  // namespace eif
