#include "suite/engine/in_context.h"

#include <cstdint>
#include <limits>
#include <vector>

#include "absl/status/status.h"
#include "suite/engine/batching.h"
#include "suite/engine/evaluation.h"
#include "suite/engine/tuned_weights.h"

namespace eif {
namespace {

// In one batch: enough to fill a device, and few enough that memory is no question and an interrupt
// is soon heard.
int64_t nodes_at_once(at::Device device) { return device.is_cpu() ? 1024 : 8192; }

// A row of the matrix, and what is evaluated for it.
struct RowInContext {
  size_t row = 0;
  const CellBlock* block = nullptr;
};

int64_t tokens_of(const Model& model, const Sample& sample) {
  const absl::StatusOr<std::vector<Example>> examples = encode_sample(model, sample);
  return examples.ok() ? token_count(*examples) : 0;
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
  std::vector<RowInContext> rows;
  std::vector<int64_t> sizes;  // nodes of each
  for (const CellBlock& block : wanted.blocks) {
    const int64_t nodes = Evaluation::prepare(model, wanted.evaluated_in(block)).positions();
    for (const size_t row : block.rows) {
      rows.push_back({row, &block});
      sizes.push_back(tokens_of(model, wanted.trained[row]) + nodes);
    }
  }
  for (const std::vector<int64_t>& batch :
       batches_of_similar_size(sizes, {.tokens = nodes_at_once(device_of(model))})) {
    if (control.stopping()) return absl::CancelledError("interrupted");
    std::vector<EvaluatedRow> evaluated;
    for (const int64_t i : batch) {
      const auto& [row, block] = rows[static_cast<size_t>(i)];
      evaluated.push_back({wanted.trained[row].statements, wanted.evaluated_in(*block)});
    }
    EvaluationLimits limits;
    if (batch.size() > 1) limits.tokens = std::numeric_limits<int64_t>::max();  // counted in nodes
    const Evaluation in_contexts = Evaluation::prepare_rows(model, evaluated, limits);
    const absl::StatusOr<at::Tensor> losses = in_contexts.losses(model, weights);
    if (!losses.ok()) return losses.status();
    for (size_t i = 0; i < batch.size(); ++i) {
      const auto& [row, block] = rows[static_cast<size_t>(batch[i])];
      fill_row(*matrix, row, block->columns, in_contexts.of_row(*losses, i), "reading it");
    }
    control.rows_done(batch.size());
  }
  return matrix;
}

}  // namespace eif
