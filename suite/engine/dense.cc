#include "suite/engine/dense.h"

#include <string>

#include "absl/status/status.h"
#include "eif/plain_weights.h"
#include "suite/engine/evaluation.h"
#include "suite/engine/fine_tuning.h"

namespace eif {

absl::StatusOr<Matrix> DenseEngine::influence(Model& model, const std::vector<Sample>& trained,
                                              const std::vector<Sample>& evaluated,
                                              const TrainingOptions& options,
                                              const RunControl& control) const {
  const Evaluation evaluation = Evaluation::prepare(model, evaluated);
  PlainWeights weights(model.parameters());
  absl::StatusOr<Matrix> matrix = base_matrix(model, trained, evaluated, evaluation, weights);
  if (!matrix.ok()) return matrix;

  FineTuning fine_tuning(model);
  for (size_t row = 0; row < trained.size(); ++row) {
    if (control.stopping()) return absl::CancelledError("interrupted");
    const absl::StatusOr<std::vector<Example>> examples = encode_sample(model, trained[row]);
    if (!examples.ok()) {
      matrix->row_errors()[row] = std::string(examples.status().message());
    } else {
      if (absl::Status status = fine_tuning.train(*examples, options); !status.ok()) return status;
      const absl::StatusOr<at::Tensor> losses = evaluation.losses(model, weights);
      if (!losses.ok()) return losses.status();
      fill_row(*matrix, row, *losses, "training on it (a lower learning rate may help)");
      if (absl::Status status = fine_tuning.restore(); !status.ok()) return status;
    }
    control.rows_done(1);
  }
  return matrix;
}

}  // namespace eif
