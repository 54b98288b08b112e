#include "suite/engine/dense.h"

#include <cmath>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "eif/plain_weights.h"
#include "suite/engine/evaluation.h"
#include "suite/engine/fine_tuning.h"

namespace eif {
namespace {

std::vector<std::string> ids_of(const std::vector<Sample>& samples) {
  std::vector<std::string> ids;
  for (const Sample& sample : samples) ids.push_back(sample.id);
  return ids;
}

// EIF(i→j) = L_base(j) − L_i(j), Eq. 4. losses: (1, columns)
void fill_row(Matrix& matrix, size_t row, const at::Tensor& losses) {
  const double* loss = losses.const_data_ptr<double>();
  for (size_t column = 0; column < matrix.columns(); ++column) {
    const double influence = matrix.base()[column] - loss[column];
    if (std::isfinite(influence)) {
      matrix.at(row, column) = influence;
    } else if (matrix.column_errors()[column].empty() && matrix.row_errors()[row].empty()) {
      matrix.row_errors()[row] = absl::StrCat("after training on it the loss of ",
                                              matrix.evaluated_ids()[column],
                                              " is not finite; try a lower learning rate");
    }
  }
}

}  // namespace

absl::StatusOr<Matrix> DenseEngine::influence(Model& model, const std::vector<Sample>& trained,
                                              const std::vector<Sample>& evaluated,
                                              const TrainingOptions& options,
                                              const RunControl& control) const {
  Matrix matrix(ids_of(trained), ids_of(evaluated));
  const Evaluation evaluation = Evaluation::prepare(model, evaluated);
  matrix.column_errors() = evaluation.errors();
  PlainWeights weights(model.parameters());
  const absl::StatusOr<at::Tensor> base = evaluation.losses(model, weights);
  if (!base.ok()) return base.status();
  const double* base_losses = base->const_data_ptr<double>();
  matrix.base().assign(base_losses, base_losses + matrix.columns());

  FineTuning fine_tuning(model);
  for (size_t row = 0; row < trained.size(); ++row) {
    if (control.stopping()) return absl::CancelledError("interrupted");
    const absl::StatusOr<std::vector<Example>> examples = encode_sample(model, trained[row]);
    if (!examples.ok()) {
      matrix.row_errors()[row] = std::string(examples.status().message());
    } else {
      if (absl::Status status = fine_tuning.train(*examples, options); !status.ok()) return status;
      const absl::StatusOr<at::Tensor> losses = evaluation.losses(model, weights);
      if (!losses.ok()) return losses.status();
      fill_row(matrix, row, *losses);
      if (absl::Status status = fine_tuning.restore(); !status.ok()) return status;
    }
    control.rows_done(1);
  }
  return matrix;
}

}  // namespace eif
