#include "suite/engine/in_context.h"

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "suite/engine/batching.h"
#include "suite/engine/evaluation.h"
#include "suite/engine/neutral_context.h"
#include "suite/engine/tuned_weights.h"

namespace eif {
namespace {

// Writes down why a sample cannot be read after that of a row, which in most cases is true of all
// of the row's samples: the context itself is what cannot be encoded, or it leaves no room.
void note_error(Matrix& matrix, size_t row, const CellBlock& block,
                std::span<const std::string> errors) {
  for (size_t i = 0; i < errors.size(); ++i) {
    if (errors[i].empty() || !matrix.column_errors()[block.columns[i]].empty()) continue;
    matrix.row_errors()[row] = absl::StrCat("after it ", matrix.evaluated_ids()[block.columns[i]],
                                            " cannot be read: ", errors[i]);
    return;
  }
}

// A row of the matrix, and the block that says what is evaluated for it.
struct RowInContext {
  size_t row = 0;
  const CellBlock* block = nullptr;
};

int64_t tokens_of(const Model& model, const Sample& sample) {
  const EncodedSample examples = encode_sample(model, sample);
  return examples.ok() ? token_count(*examples) : 0;
}

// What columns are compared with; nothing where that is the column with nothing in front of it.
absl::StatusOr<std::optional<NeutralLosses>> neutral_losses(const Model& model,
                                                            const WantedCells& wanted,
                                                            const ContextBase& base) {
  if (base.neutral_sentences.empty()) return std::nullopt;
  absl::StatusOr<NeutralContext> context =
      NeutralContext::make(model, base.neutral_sentences, wanted.evaluated);
  if (!context.ok()) return context.status();
  return NeutralLosses(*std::move(context));
}

}  // namespace

absl::StatusOr<Matrix> in_context_influence(Model& model, const WantedCells& wanted,
                                            const ContextBase& base, Monitor& monitor) {
  TunedWeights weights(model.parameters());  // no step: the base model
  const at::Device device = device_of(model);
  const EncodedSamples columns = encode_samples(model, wanted.evaluated);
  const Evaluation alone = Evaluation::prepare(device, pointers_to(columns));
  absl::StatusOr<Matrix> matrix =
      base.losses.empty() ? base_matrix(model, wanted, alone, weights)
                          : unfilled(wanted, alone, base.losses);
  if (!matrix.ok()) return matrix;
  absl::StatusOr<std::optional<NeutralLosses>> neutral = neutral_losses(model, wanted, base);
  if (!neutral.ok()) return neutral.status();
  std::map<size_t, int64_t> lengths;  // of what stands before the columns of a row, in tokens
  std::vector<RowInContext> rows;
  std::vector<int64_t> sizes;  // nodes of each
  for (const CellBlock& block : wanted.blocks) {
    const int64_t nodes =
        Evaluation::prepare(device, pointers_to(columns, block.columns)).positions();
    for (const size_t row : block.rows) {
      rows.push_back({row, &block});
      sizes.push_back(tokens_of(model, wanted.trained[row]) + nodes);
    }
  }
  for (const std::vector<int64_t>& batch :
       batches_of_similar_size(sizes, {.tokens = nodes_at_once(device)})) {
    if (monitor.stopping()) return absl::CancelledError("interrupted");
    std::vector<EncodedSamples> encoded;  // each row's columns, after its text
    std::vector<std::vector<const EncodedSample*>> evaluated;
    for (const int64_t i : batch) {
      const auto& [row, block] = rows[static_cast<size_t>(i)];
      encoded.push_back(
          encode_samples(model, wanted.evaluated_in(*block), wanted.trained[row].statements));
      evaluated.push_back(pointers_to(encoded.back()));
      if (*neutral) lengths[row] = (*neutral)->want(block->columns, encoded.back());
    }
    EvaluationLimits limits;
    if (batch.size() > 1) limits.tokens = std::numeric_limits<int64_t>::max();  // counted in nodes
    const Evaluation in_contexts = Evaluation::prepare_rows(device, evaluated, limits);
    const absl::StatusOr<at::Tensor> losses = in_contexts.losses(model, weights);
    if (!losses.ok()) return losses.status();
    for (size_t i = 0; i < batch.size(); ++i) {
      const auto& [row, block] = rows[static_cast<size_t>(batch[i])];
      note_error(*matrix, row, *block, in_contexts.errors_of_row(i));
      fill_row(*matrix, row, block->columns, in_contexts.losses_of_row(*losses, i), "reading it");
    }
    monitor.rows(batch.size(), 0);
  }
  if (!*neutral) return matrix;
  const absl::Status measured = (*neutral)->measure(model, weights, monitor);
  if (!measured.ok()) return measured;
  for (const RowInContext& one : rows) {
    for (const size_t column : one.block->columns) {
      matrix->at(one.row, column) +=
          (*neutral)->loss(column, lengths.at(one.row)) - matrix->base()[column];
    }
  }
  return matrix;
}

}  // namespace eif
