#include "suite/engine/in_context.h"

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "suite/engine/batching.h"
#include "suite/engine/evaluated_rows.h"
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
  const auto samples_of = [&](size_t i) {
    const auto& [row, block] = rows[i];
    EncodedSamples encoded =
        encode_samples(model, wanted.evaluated_in(*block), wanted.trained[row].statements);
    if (*neutral) lengths[row] = (*neutral)->want(block->columns, encoded);
    return encoded;
  };
  const auto take = [&](const EvaluatedRow& evaluated) {
    const auto& [row, block] = rows[evaluated.row];
    note_error(*matrix, row, *block, evaluated.errors);
    fill_row(*matrix, row, block->columns, evaluated.losses, "reading it");
    monitor.rows(1, 0);
  };
  const absl::Status read = evaluate_rows(model, sizes, samples_of, take, monitor);
  if (!read.ok()) return read;
  if (!*neutral) return matrix;
  const absl::Status measured = (*neutral)->measure(model, monitor);
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
