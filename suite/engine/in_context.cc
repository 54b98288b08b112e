#include "suite/engine/in_context.h"

#include <algorithm>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "suite/engine/evaluation.h"
#include "suite/engine/tuned_weights.h"

namespace eif {
namespace {

// Enough for full batches, and few enough that an interrupt is soon heard.
constexpr size_t kContextsAtOnce = 16;

size_t characters(const Sample& sample) {
  size_t count = 0;
  for (const Statement& statement : sample.statements) {
    if (const auto* text = std::get_if<std::string>(&statement)) count += text->size();
  }
  return count;
}

// Rows of a batch are padded to the longest: contexts of similar length stand together.
std::vector<size_t> by_length(std::vector<size_t> rows, const std::vector<Sample>& contexts) {
  std::stable_sort(rows.begin(), rows.end(), [&](size_t a, size_t b) {
    return characters(contexts[a]) < characters(contexts[b]);
  });
  return rows;
}

}  // namespace

absl::StatusOr<Matrix> in_context_influence(Model& model, const WantedCells& wanted,
                                            const std::vector<double>& base,
                                            const RunControl& control) {
  TunedWeights weights(model.parameters());  // no step: the base model
  const Evaluation alone = Evaluation::prepare(model, wanted.evaluated);
  absl::StatusOr<Matrix> matrix =
      base.empty() ? base_matrix(model, wanted, alone, weights) : unfilled(wanted, alone, base);
  if (!matrix.ok()) return matrix;
  for (const CellBlock& block : wanted.blocks) {
    const std::vector<Sample> evaluated = wanted.evaluated_in(block);
    const std::vector<size_t> rows = by_length(block.rows, wanted.trained);
    for (size_t begin = 0; begin < rows.size(); begin += kContextsAtOnce) {
      if (control.stopping()) return absl::CancelledError("interrupted");
      const size_t end = std::min(rows.size(), begin + kContextsAtOnce);
      std::vector<std::vector<Statement>> before;
      for (size_t i = begin; i < end; ++i) {
        before.push_back(wanted.trained[rows[i]].statements);
      }
      const Evaluation in_contexts = Evaluation::prepare_in_contexts(model, evaluated, before);
      const absl::StatusOr<at::Tensor> losses = in_contexts.losses(model, weights);
      if (!losses.ok()) return losses.status();
      const at::Tensor by_context = losses->view({-1, static_cast<int64_t>(evaluated.size())});
      for (size_t i = begin; i < end; ++i) {
        fill_row(*matrix, rows[i], block.columns, by_context[static_cast<int64_t>(i - begin)],
                 "reading it");
      }
      control.rows_done(end - begin);
    }
  }
  return matrix;
}

}  // namespace eif
