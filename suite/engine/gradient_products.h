// Inner products of gradients that were recorded in factors, without forming a gradient.
//
//   GradientFactors trained(*record_gradients(…)), evaluated(*record_gradients(…));
//   at::Tensor products = gradient_products(trained, evaluated);  // (1, R, R')
//
// Two gradients of one matrix, Σ_t dy_t x_tᵀ and Σ_s dz_s w_sᵀ, have the inner product
//
//   Σ_{t,s} (x_t · w_s) (dy_t · dz_s)
//
// the "ghost dot product": two products of tall matrices give it for all rows at once. Rows of a
// table are the same with one-hot vectors in the place of dy. A matrix that is also a table (a tied
// head) has the product of both kinds, too.
//
// A product over all parameters is a sum of parts, each over some of them: a layer, a kind of
// matrix.
//
// Letters: as in step_gradients.h; P parts.
#pragma once

#include <ATen/ATen.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "eif/backend.h"
#include "suite/engine/step_gradients.h"

namespace eif {

// Which part of a product each parameter adds to.
struct ProductParts {
  std::vector<size_t> of_parameter = {};  // by id, below count; empty: there is one part
  size_t count = 1;

  size_t of(ParameterId parameter) const {
    return of_parameter.empty() ? 0 : of_parameter[parameter];
  }
};

// What one pass recorded, put together so that few products remain in each part.
class GradientFactors {
 public:
  explicit GradientFactors(const StepGradients& step, const ProductParts& parts = {});

  // The factors of one parameter that is a table, or of all parameters of a part that are matrices
  // with the same inputs.
  struct Factors {
    size_t part = 0;
    at::Tensor x, dy;          // (R·T, I), (R·T, O); undefined: not used as a matrix
    at::Tensor ids, table_dy;  // (R·S), (R·S, D); undefined: not used as a table
  };

  int64_t rows() const { return rows_; }
  size_t parts() const { return parts_; }
  // The same parameters in the same order for all recordings of one model and the same parts.
  const std::vector<Factors>& factors() const { return factors_; }
  // How much memory it keeps.
  int64_t bytes() const;

 private:
  friend at::Tensor gradient_products(const GradientFactors& a, const GradientFactors& b,
                                      const std::vector<bool>& left_out);
  friend at::Tensor padding_products(const GradientFactors& trained,
                                     const GradientFactors& evaluated);

  // ∂L/∂W[id] of a table's padding in two parts: what a step subtracts, and what it leaves out.
  struct Padding {
    size_t part = 0;
    at::Tensor learned, left_out;  // (R, D)
  };

  static at::Tensor products_of(const Factors& a, const Factors& b, int64_t a_rows, int64_t b_rows);

  int64_t rows_;
  size_t parts_;
  std::vector<Factors> factors_;
  // By part: (R, all its parameters that are recorded whole); undefined where there is none.
  std::vector<at::Tensor> whole_;
  std::vector<Padding> paddings_;
};

// Computes ⟨step of row r of a, step of row s of b⟩ over the parameters of each part: (P, R, R')
// float64 on the CPU, where the next two functions put their results, too. Both were recorded from
// one model, and have the same parts. `left_out`: which of the factors() count as 0; empty: none.
at::Tensor gradient_products(const GradientFactors& a, const GradientFactors& b,
                             const std::vector<bool>& left_out = {});

// Computes what has to be added to it for the derivative of the loss of row s of `evaluated` along
// the step of row r of `trained`: the padding of a table learns nothing as such, but as a part of a
// tied head it does, and is read. (P, R, R') float64.
at::Tensor padding_products(const GradientFactors& trained, const GradientFactors& evaluated);

// Computes ⟨base weights, ∂L/∂(parameters of a part)⟩ of each row, padding included: (P, R)
// float64.
at::Tensor products_with_base(const StepGradients& step, const std::vector<Parameter>& parameters,
                              const ProductParts& parts = {});

}  // namespace eif
