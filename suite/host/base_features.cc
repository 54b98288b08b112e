#include "suite/host/base_features.h"

#include <ATen/core/grad_mode.h>

#include <cmath>
#include <map>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "eif/plain_weights.h"
#include "suite/engine/batching.h"
#include "suite/engine/evaluation.h"
#include "suite/host/measurement.h"

namespace eif {
namespace {

using Embedding = std::vector<double>;

// Changes the example so that all tokens of the statement predict, the last one too, and no others.
// False: the statement has no token of its own.
bool predict_from_every_token(Example& example) {
  auto* text = std::get_if<TextExample>(&example);
  if (text == nullptr) return true;
  if (std::cmp_greater_equal(text->first_of_statement, text->ids.size())) return false;
  text->first_scored = text->first_of_statement + 1;
  // What is predicted does not matter. The last token of a text is a target and never read.
  text->ids.push_back(text->ids.back());
  return true;
}

// Adds one statement's embedding, as often as it has tokens.
absl::Status add_statement(Model& model, const Statement& statement, at::Tensor& sum) {
  absl::StatusOr<Example> example = model.encode(statement, {});
  if (!example.ok()) return example.status();
  if (!predict_from_every_token(*example)) {
    return absl::InvalidArgumentError("a statement has no token");
  }
  PlainWeights weights(model.parameters());
  // One at a time: an embedding does not depend on its neighbours, to the bit.
  const absl::StatusOr<at::Tensor> features =
      model.features(weights, make_batch({&*example}, device_of(model)));
  if (!features.ok()) return features.status();
  const at::Tensor one = features->flatten().to(at::kCPU, at::kDouble).contiguous() *
                         static_cast<double>(scored_tokens(*example));
  sum = sum.defined() ? sum + one : one;
  return absl::OkStatus();
}

// The embedding of a sample, scaled to length 1.
absl::StatusOr<Embedding> embed(Model& model, const Sample& sample) {
  const at::NoGradGuard no_gradients;
  at::Tensor sum;
  for (const Statement& statement : sample.statements) {
    if (absl::Status status = add_statement(model, statement, sum); !status.ok()) return status;
  }
  if (!sum.defined()) return absl::InvalidArgumentError("the sample has no statement");
  // Its length says nothing, so the sum is as good as the mean.
  const double length = sum.norm().item<double>();
  if (!std::isfinite(length) || length == 0) {
    return absl::InvalidArgumentError("its embedding has no direction: it is zero or not finite");
  }
  const at::Tensor unit = sum / length;
  const double* values = unit.const_data_ptr<double>();
  return Embedding(values, values + unit.numel());
}

double distance(const Embedding& a, const Embedding& b) {
  double cosine = 0;
  for (size_t i = 0; i < a.size(); ++i) cosine += a[i] * b[i];
  return 1 - cosine;
}

}  // namespace

absl::StatusOr<Matrix> base_distances(Model& model, const std::vector<Sample>& trained,
                                      const std::vector<Sample>& evaluated, Monitor& monitor) {
  std::map<std::string, absl::StatusOr<Embedding>> by_content;
  const auto embeddings_of = [&](const std::vector<Sample>& samples) {
    std::vector<const absl::StatusOr<Embedding>*> embeddings;
    for (const Sample& sample : samples) {
      const auto [entry, is_new] = by_content.try_emplace(content_hash(sample));
      if (is_new && !monitor.stopping()) entry->second = embed(model, sample);
      embeddings.push_back(&entry->second);
    }
    return embeddings;
  };
  const auto rows = embeddings_of(trained), columns = embeddings_of(evaluated);
  if (monitor.stopping()) return absl::CancelledError("interrupted");

  Matrix matrix(ids_of(trained), ids_of(evaluated));
  const auto reason = [](const absl::StatusOr<Embedding>& embedding) {
    return embedding.ok() ? std::string() : std::string(embedding.status().message());
  };
  for (size_t row = 0; row < rows.size(); ++row) matrix.row_errors()[row] = reason(*rows[row]);
  for (size_t column = 0; column < columns.size(); ++column) {
    matrix.column_errors()[column] = reason(*columns[column]);
    for (size_t row = 0; row < rows.size(); ++row) {
      if (!rows[row]->ok() || !columns[column]->ok()) continue;
      matrix.at(row, column) = distance(**rows[row], **columns[column]);
    }
  }
  return matrix;
}

}  // namespace eif
