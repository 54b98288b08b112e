// The losses of many samples under some weights. Prepared once, evaluated as often as needed.
//
//   Evaluation evaluation = Evaluation::prepare(model, samples);
//   absl::StatusOr<at::Tensor> losses = evaluation.losses(model, weights);  // (R, samples)
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "eif/backend.h"
#include "eif/matrix.h"
#include "suite/engine/batching.h"
#include "suite/engine/memory.h"
#include "suite/engine/wanted_cells.h"

namespace eif {

struct EvaluationLimits {
  int64_t images = kImagesOfBatch;  // at most in one batch
  int64_t tokens = 2048;            // likewise, before prefixes are shared
  SharePrefixes share_prefixes = SharePrefixes::kYes;
};

// Samples, each after a context: statements that the model reads before every statement of it.
struct EvaluatedRow {
  std::vector<Statement> context;
  std::vector<Sample> samples;
};

class Evaluation {
 public:
  static Evaluation prepare(Model& model, const std::vector<Sample>& samples,
                            const EvaluationLimits& limits = {});
  // One loss for each sample of each row, those of the first row first. Text only where there are
  // several rows: they are told apart by the rows of a batch, none of which is cut unless it is
  // larger than the limits or not all of one length class.
  static Evaluation prepare_rows(Model& model, const std::vector<EvaluatedRow>& rows,
                                 const EvaluationLimits& limits = {});

  // Loss of each sample, nats per scored token: the sum over all its scored tokens divided by their
  // number (Eq. 7). (R, losses) float64 on the CPU; NaN for samples with an error. Where several
  // rows were prepared, (1, losses): weights have one row for all, or one for each, and then all
  // must be in one batch.
  absl::StatusOr<at::Tensor> losses(const Model& model, Weights& weights) const;

  // Of losses(), those of the samples of a prepared row; of the only one, under row `row` of the
  // weights.
  at::Tensor of_row(const at::Tensor& losses, size_t row) const;

  // Set where all is in one batch of texts: that of the batch.
  std::optional<int64_t> length_class() const;

  // Nodes or images: of all batches together, and of the largest.
  int64_t positions() const { return positions_; }
  int64_t largest_batch() const { return largest_batch_; }

  // Why a sample cannot be measured; empty where it can.
  const std::vector<std::string>& errors() const { return errors_; }

 private:
  struct SampleBatch {
    Batch batch;
    // (rows, B) int64: the loss that each statement belongs to; their number where there is none.
    at::Tensor samples;
  };

  std::vector<int64_t> first_losses_;  // by prepared row
  std::vector<SampleBatch> batches_;
  int64_t positions_ = 0;
  int64_t largest_batch_ = 0;
  std::vector<std::string> errors_;
};

// The statements of a sample as the model sees them, each with at least one scored token.
absl::StatusOr<std::vector<Example>> encode_sample(const Model& model, const Sample& sample,
                                                   const std::vector<Statement>& context = {});

// The matrix that is to be filled: no cell measured yet, base losses and column errors in place.
// evaluation: of wanted.evaluated.
Matrix unfilled(const WantedCells& wanted, const Evaluation& evaluation, std::vector<double> base);

// The same with base losses under `weights`, which are the base weights.
absl::StatusOr<Matrix> base_matrix(const Model& model, const WantedCells& wanted,
                                   const Evaluation& evaluation, Weights& weights);

// Some columns of a row: L_base(j) − losses[j] (Eq. 4). losses: (columns). A difference that is not
// finite makes the row unmeasured; `when` says in its error after what: "training on it".
void fill_row(Matrix& matrix, size_t row, const std::vector<size_t>& columns,
              const at::Tensor& losses, const std::string& when);

// The same for influences that are known: (columns) float64 on the CPU. `of_column` and the id of
// the column say what was not finite.
void fill_influences(Matrix& matrix, size_t row, const std::vector<size_t>& columns,
                     const at::Tensor& influences, const std::string& of_column);

// Learning rate 0 changes no weight: exactly 0 in all blocks, but for rows and columns with an
// error, rather than what batches of other sizes leave in the last bits.
void fill_unchanged(Matrix& matrix, const std::vector<CellBlock>& blocks);

// Where the model's parameters are.
at::Device device_of(Model& model);

}  // namespace eif
