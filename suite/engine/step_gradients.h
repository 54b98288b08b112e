// What one gradient step changes, for many training samples at once, in factors.
//
// The gradient of a matrix that takes x to y = W x is Σ_t dy_t x_tᵀ, a sum over the positions t at
// which it was used: what went in, and what came back. Keeping the factors instead of the sum makes
// the gradient of a matrix of O·I numbers one of T·(O + I), and a product with it as cheap.
//
// Letters: R rows, one per training sample; T positions in its statement, padded with zeros; N
// positions of something evaluated; I in, O out, D width, V vocabulary.
#pragma once

#include <ATen/ATen.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "eif/backend.h"

namespace eif {

// (R, …, D) → (R, T, D)
inline at::Tensor by_position(const at::Tensor& values) {
  return values.reshape({values.size(0), -1, values.size(-1)});
}

// ∂L/∂W = Σ_t dy_t x_tᵀ: a use of W as a matrix.
struct OuterProducts {
  ParameterId parameter = 0;
  size_t input = 0;  // x is inputs[input] of the step, (R, T, I): matrices may share their input
  at::Tensor dy;     // (R, T, O)
};

// ∂L/∂W[v] = Σ_{t: ids_t = v} dy_t: a use of W as a table.
struct TableRows {
  ParameterId parameter = 0;
  at::Tensor ids;  // (R, T) int64
  at::Tensor dy;   // (R, T, D), zero at padding
};

// ∂L/∂W[id] where id is the padding of a table: a step leaves it out, because the padding learns
// nothing, but the loss depends on that row like on any other.
struct PaddingRow {
  ParameterId parameter = 0;
  int64_t id = 0;
  at::Tensor dy;  // (R, D)
};

// ∂L/∂W as it is: the gradient of a gain, a bias or a convolution, which is small.
struct WholeGradient {
  ParameterId parameter = 0;
  at::Tensor value;  // (R, shape of the parameter)
};

// What one pass recorded. All tensors are of float32 or wider, on the device of the model, and
// without gradient history.
struct StepGradients {
  int64_t rows = 0;
  std::vector<at::Tensor> inputs;
  std::vector<OuterProducts> outer_products;
  std::vector<TableRows> table_rows;
  std::vector<PaddingRow> padding_rows;
  std::vector<WholeGradient> whole;
};

// Does one forward and one backward pass over examples[r] for each row r, at the weights that
// `weights` stands for: the same for all rows, or those of row r. The gradient is that of the mean
// over the scored tokens, which is what a training step descends. Examples must be able to stand in
// one batch. kInternal: the model changed a tensor in place that a use of a parameter had been
// given.
absl::StatusOr<StepGradients> record_gradients(Model& model, Weights& weights,
                                               const std::vector<const Example*>& examples);

// The same, and the losses of that pass.
struct RecordedPass {
  StepGradients gradients;
  at::Tensor losses;  // (R): the mean over the scored tokens of each row, in nats
};
absl::StatusOr<RecordedPass> record_pass(Model& model, Weights& weights,
                                         const std::vector<const Example*>& examples);

// Takes these rows of a step, at least one. Rows that follow each other are not copied.
StepGradients select_rows(const StepGradients& step, const std::vector<int64_t>& rows);

// Computes ‖∂L/∂(all parameters)‖² of each row, without forming a gradient: (R). The product of two
// outer products needs only the products of their vectors (the "ghost norm").
at::Tensor squared_norms(const StepGradients& step);

}  // namespace eif
