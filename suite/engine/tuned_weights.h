// The weights of many fine-tuned copies of a model, of which none exists in memory.
//
//   W_r = base[r] · W + Σ_k scale_k[r] · G_k[r]
//
// G_k[r] is the gradient of step k of row r, in factors. A matrix is used as
//
//   W_r z = base[r] · W z + Σ_k scale_k[r] Σ_t dy_t (x_t · z)
//
// which takes one product with the base weights for all rows, where the time goes, and two slim
// batched ones. With no step and no base scale this is the base model itself. Rows in front that no
// step is about are the base model's, too (BaseRows in difference_products.h).
//
// Letters: as in step_gradients.h.
#pragma once

#include <map>
#include <utility>
#include <vector>

#include "eif/backend.h"
#include "suite/engine/base_products.h"
#include "suite/engine/step_gradients.h"

namespace eif {

// One training step of the rows first_row … first_row + gradients.rows − 1. Rows whose statements
// differ in length are in different ScaledSteps, so that a short statement is not padded to a long
// one.
struct ScaledStep {
  int64_t first_row = 0;
  StepGradients gradients;
  at::Tensor scale;  // (gradients.rows), in the wide type
};

// Corrections are summed in float32 or wider, also where the parameters are bfloat16, and a use
// returns that type. So a small step is not lost in rounding.
class TunedWeights final : public Weights {
 public:
  // Makes the base weights. `parameters` and `products`, which multiplies with their matrices, must
  // outlive this object; without it the matrices are taken as they are.
  explicit TunedWeights(const std::vector<Parameter>& parameters,
                        BaseProducts* products = nullptr);
  // base_scale: (rows) in the wide type, or undefined for 1.
  TunedWeights(const std::vector<Parameter>& parameters, int64_t rows,
               std::vector<ScaledStep> steps, at::Tensor base_scale,
               BaseProducts* products = nullptr);
  // It cannot be copied, because it points into its own steps.
  TunedWeights(const TunedWeights&) = delete;
  TunedWeights& operator=(const TunedWeights&) = delete;

  at::Tensor linear(const at::Tensor& x, ParameterId weight) override;
  at::Tensor embedding(const at::Tensor& ids, ParameterId weight, int64_t padding) override;
  at::Tensor conv2d(const at::Tensor& x, ParameterId weight, int64_t padding) override;
  at::Tensor gain(const at::Tensor& x, ParameterId gain) override;
  at::Tensor bias(const at::Tensor& x, ParameterId bias, int64_t dimension) override;

 private:
  // Says where a parameter occurs in a step.
  template <typename Factors>
  struct Occurrence {
    const ScaledStep* step;
    const Factors* factors;
  };
  struct Occurrences {
    std::vector<Occurrence<OuterProducts>> outer_products;
    std::vector<Occurrence<TableRows>> table_rows;
    std::vector<Occurrence<WholeGradient>> whole;
  };

  const at::Tensor& value(ParameterId parameter) const { return parameters_[parameter].value; }
  bool is_tuned(ParameterId parameter) const;
  // Multiplies each row of y by base[r], which weight decay leaves of the weights. y: (R, …)
  at::Tensor decayed(const at::Tensor& y, ParameterId parameter) const;
  // Gives scale_k[r] x_t · z_n: (R', N, T). R' are the rows of the step, x_t is its input number
  // `input`, and z is the latest x that linear() was given. Matrices that share both, as query, key
  // and value do, share the result.
  const at::Tensor& scaled_dot_products(const ScaledStep& step, size_t input);
  // Forms base[r] · W + Σ_k scale_k[r] G_k[r] of a small parameter: (R, shape), or (1, shape) where
  // no step changes it.
  at::Tensor tuned_value(ParameterId parameter);

  const std::vector<Parameter>& parameters_;
  BaseProducts* products_;  // may be null
  int64_t rows_ = 1;
  std::vector<ScaledStep> steps_;
  at::Tensor base_scale_;
  std::vector<Occurrences> occurrences_;            // by parameter; empty: base weights
  std::map<ParameterId, at::Tensor> tuned_values_;  // computed at first use
  // What linear() was given, how often it had been changed in place, and the same in wide.
  at::Tensor latest_x_;
  int64_t latest_version_ = 0;
  at::Tensor latest_z_;
  std::map<std::pair<const ScaledStep*, size_t>, at::Tensor> dot_products_;  // with latest_z_
};

}  // namespace eif
