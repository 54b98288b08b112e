#include "suite/engine/in_context.h"

#include <algorithm>
#include <vector>

#include "absl/status/status.h"
#include "suite/engine/evaluation.h"
#include "suite/engine/tuned_weights.h"

namespace eif {
namespace {

// Enough for full batches, and few enough that an interrupt is soon heard.
constexpr size_t kContextsAtOnce = 16;

}  // namespace

absl::StatusOr<Matrix> in_context_influence(Model& model, const std::vector<Sample>& contexts,
                                            const std::vector<Sample>& evaluated,
                                            const RunControl& control) {
  const Evaluation without_context = Evaluation::prepare(model, evaluated);
  TunedWeights weights(model.parameters());  // no step: the base model
  absl::StatusOr<Matrix> matrix =
      base_matrix(model, contexts, evaluated, without_context, weights);
  if (!matrix.ok()) return matrix;
  for (size_t begin = 0; begin < contexts.size(); begin += kContextsAtOnce) {
    if (control.stopping()) return absl::CancelledError("interrupted");
    const size_t end = std::min(contexts.size(), begin + kContextsAtOnce);
    std::vector<std::vector<Statement>> before;
    for (size_t row = begin; row < end; ++row) before.push_back(contexts[row].statements);
    const Evaluation in_contexts = Evaluation::prepare_in_contexts(model, evaluated, before);
    const absl::StatusOr<at::Tensor> losses = in_contexts.losses(model, weights);
    if (!losses.ok()) return losses.status();
    const at::Tensor by_context = losses->view({-1, static_cast<int64_t>(evaluated.size())});
    for (size_t row = begin; row < end; ++row) {
      fill_row(*matrix, row, by_context[static_cast<int64_t>(row - begin)], "reading it");
    }
    control.rows_done(end - begin);
  }
  return matrix;
}

}  // namespace eif
