// The losses of many samples under some weights. The samples are put into batches once, and are
// evaluated as often as needed.
//
//   Evaluation evaluation = Evaluation::prepare(model, samples);
//   absl::StatusOr<at::Tensor> losses = evaluation.losses(model, weights);  // (R, samples)
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "eif/backend.h"
#include "eif/matrix.h"
#include "suite/engine/batching.h"
#include "suite/engine/encoded_samples.h"
#include "suite/engine/memory.h"
#include "suite/engine/wanted_cells.h"

namespace eif {

struct EvaluationLimits {
  int64_t images = kImagesOfBatch;  // at most in one batch
  int64_t tokens = 2048;            // likewise, before prefixes are shared
  SharePrefixes share_prefixes = SharePrefixes::kYes;
};

class Evaluation {
 public:
  static Evaluation prepare(Model& model, const std::vector<Sample>& samples,
                            const EvaluationLimits& limits = {});
  // The same of samples that are encoded already; `device` is the model's.
  static Evaluation prepare(at::Device device, const std::vector<const EncodedSample*>& samples,
                            const EvaluationLimits& limits = {});
  // One loss for each sample of each row, those of the first row first. Text only where there are
  // several rows: they are told apart by the rows of a batch, none of which is cut unless it is
  // larger than the limits or not all of one length class.
  static Evaluation prepare_rows(at::Device device,
                                 const std::vector<std::vector<const EncodedSample*>>& rows,
                                 const EvaluationLimits& limits = {});

  // Loss of each sample, nats per scored token: the sum over all its scored tokens divided by their
  // number (Eq. 7). (R, losses) float64 on the CPU; NaN for samples with an error. Where several
  // rows were prepared, (1, losses): weights have one row for all, or one for each, and then all
  // must be in one batch.
  absl::StatusOr<at::Tensor> losses(const Model& model, Weights& weights) const;

  // Picks from what losses() returned the losses of one row: of the samples of a prepared row, or,
  // where only one was prepared, of all samples under row `row` of the weights.
  at::Tensor losses_of_row(const at::Tensor& losses, size_t row) const;

  // The length class of the only batch. Unset where there are several batches, or images.
  std::optional<int64_t> length_class() const;

  // How many nodes or images all batches have together, and the largest one.
  int64_t positions() const { return positions_; }
  int64_t largest_batch() const { return largest_batch_; }

  // Why a sample cannot be measured; empty where it can. As losses(), those of the first row first.
  const std::vector<std::string>& errors() const { return errors_; }
  // The part of errors() that belongs to the samples of a prepared row.
  std::span<const std::string> errors_of_row(size_t row) const;

 private:
  struct SampleBatch {
    Batch batch;
    // (rows, B) int64: the index of the loss that each statement belongs to, and the number of
    // losses where there is no statement.
    at::Tensor samples;
  };

  std::vector<int64_t> first_losses_;  // by prepared row
  std::vector<SampleBatch> batches_;
  int64_t positions_ = 0;
  int64_t largest_batch_ = 0;
  std::vector<std::string> errors_;
};

// Makes the matrix that is to be filled: no cell is measured yet, base losses and column errors are
// in place. evaluation: that of wanted.evaluated.
Matrix unfilled(const WantedCells& wanted, const Evaluation& evaluation, std::vector<double> base);

// The same, with the base losses measured under `weights`, which are the base weights.
absl::StatusOr<Matrix> base_matrix(const Model& model, const WantedCells& wanted,
                                   const Evaluation& evaluation, Weights& weights);

// Fills some columns of a row with L_base(j) − losses[j] (Eq. 4). losses: (columns). A difference
// that is not finite makes the row unmeasured; `when` says in its error after what: "training on
// it".
void fill_row(Matrix& matrix, size_t row, const std::vector<size_t>& columns,
              const at::Tensor& losses, const std::string& when);

// Fills in influences that are known: (columns) float64 on the CPU. An error says with `of_column`
// and the id of the column what was not finite.
void fill_influences(Matrix& matrix, size_t row, const std::vector<size_t>& columns,
                     const at::Tensor& influences, const std::string& of_column);

// Fills all blocks with exactly 0, but for rows and columns with an error: a learning rate of 0
// changes no weight, and a difference of losses would show what batches of other sizes leave in the
// last bits.
void fill_unchanged(Matrix& matrix, const std::vector<CellBlock>& blocks);

// The device that the model's parameters are on.
at::Device device_of(Model& model);

}  // namespace eif
