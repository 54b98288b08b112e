#include "suite/engine/dense.h"

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "suite/engine/evaluation.h"
#include "suite/engine/fine_tuning.h"
#include "suite/engine/learned_parameters.h"

namespace eif {

absl::StatusOr<Matrix> DenseEngine::measure(Model& model, const WantedCells& wanted,
                                            const TrainingOptions& options,
                                            Monitor& monitor) const {
  if (absl::Status status = check_training(options); !status.ok()) return status;
  const absl::StatusOr<LearnedParameters> learned = LearnedParameters::choose(model, options);
  if (!learned.ok()) return learned.status();
  const absl::StatusOr<std::unique_ptr<FineTuning>> begun =
      begin_fine_tuning(model, wanted.trained, options);
  if (!begun.ok()) return begun.status();
  FineTuning& fine_tuning = **begun;
  const at::Device device = device_of(model);
  const EncodedSamples columns = encode_samples(model, wanted.evaluated);
  absl::StatusOr<Matrix> matrix = base_matrix(
      model, wanted, Evaluation::prepare(device, pointers_to(columns)), fine_tuning.weights());
  if (!matrix.ok()) return matrix;

  for (const CellBlock& block : wanted.blocks) {
    const Evaluation evaluation = Evaluation::prepare(device, pointers_to(columns, block.columns));
    for (const size_t row : block.rows) {
      if (monitor.stopping()) return absl::CancelledError("interrupted");
      const EncodedSample examples = encode_sample(model, wanted.trained[row]);
      if (!examples.ok()) {
        matrix->row_errors()[row] = std::string(examples.status().message());
      } else {
        if (absl::Status status = fine_tuning.train(*examples, options); !status.ok())
          return status;
        const absl::StatusOr<at::Tensor> losses = evaluation.losses(model, fine_tuning.weights());
        if (!losses.ok()) return losses.status();
        fill_row(*matrix, row, block.columns, (*losses)[0],
                 "training on it (a lower learning rate may help)");
        if (absl::Status status = fine_tuning.restore(); !status.ok()) return status;
      }
      monitor.rows(1, 0);
    }
  }
  return matrix;
}

}  // namespace eif
