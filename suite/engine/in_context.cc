#include "suite/engine/in_context.h"

#include <string>

#include "absl/status/status.h"
#include "eif/plain_weights.h"
#include "suite/engine/evaluation.h"

namespace eif {

absl::StatusOr<Matrix> in_context_influence(Model& model, const std::vector<Sample>& contexts,
                                            const std::vector<Sample>& evaluated,
                                            const RunControl& control) {
  const Evaluation without_context = Evaluation::prepare(model, evaluated);
  PlainWeights weights(model.parameters());
  absl::StatusOr<Matrix> matrix =
      base_matrix(model, contexts, evaluated, without_context, weights);
  if (!matrix.ok()) return matrix;
  for (size_t row = 0; row < contexts.size(); ++row) {
    if (control.stopping()) return absl::CancelledError("interrupted");
    const Evaluation in_context =
        Evaluation::prepare(model, evaluated, EvaluationLimits{}, contexts[row].statements);
    const absl::StatusOr<at::Tensor> losses = in_context.losses(model, weights);
    if (!losses.ok()) return losses.status();
    fill_row(*matrix, row, *losses, "reading it");
    control.rows_done(1);
  }
  return matrix;
}

}  // namespace eif
