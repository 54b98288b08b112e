// The weights of many fine-tuned copies of a model, of which none exists in memory.
//
//   W_r = base[r] · W + Σ_k scale_k[r] · G_k[r]
//
// G_k[r] is the gradient of step k of row r, in factors. A matrix is used as
//
//   W_r z = base[r] · W z + Σ_k scale_k[r] Σ_t dy_t (x_t · z)
//
// one product with the base weights for all rows, which is where the time goes, and two slim
// batched ones. With no step and no base scale this is the base model itself.
//
// Letters: as in step_gradients.h.
#pragma once

#include <map>
#include <utility>
#include <vector>

#include "eif/backend.h"
#include "suite/engine/step_gradients.h"

namespace eif {

// A step of rows first_row … first_row + gradients.rows − 1. Rows whose statements differ in length
// have steps of their own, each as long as it has to be.
struct ScaledStep {
  int64_t first_row = 0;
  StepGradients gradients;
  at::Tensor scale;  // (gradients.rows), in the wide type
};

// Corrections are summed in float32 or wider, also where the parameters are bfloat16, and what a
// use returns is of that type. So a small step is not lost in rounding.
class TunedWeights final : public Weights {
 public:
  // The base weights. `parameters` must outlive this object.
  explicit TunedWeights(const std::vector<Parameter>& parameters);
  // base_scale: (rows) in the wide type, or undefined for 1.
  TunedWeights(const std::vector<Parameter>& parameters, int64_t rows,
               std::vector<ScaledStep> steps, at::Tensor base_scale);
  // It points into its own steps.
  TunedWeights(const TunedWeights&) = delete;
  TunedWeights& operator=(const TunedWeights&) = delete;

  at::Tensor linear(const at::Tensor& x, ParameterId weight) override;
  at::Tensor embedding(const at::Tensor& ids, ParameterId weight, int64_t padding) override;
  at::Tensor conv2d(const at::Tensor& x, ParameterId weight, int64_t padding) override;
  at::Tensor gain(const at::Tensor& x, ParameterId gain) override;
  at::Tensor bias(const at::Tensor& x, ParameterId bias, int64_t dimension) override;

 private:
  // Where a parameter occurs in a step.
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
  // y: (R, …): times base[r] where there is weight decay
  at::Tensor decayed(const at::Tensor& y, ParameterId parameter) const;
  // scale_k[r] x_t · z_n: (R', N, T), R' the rows of the step, x_t of its input number `input`, z
  // the latest x of a linear use. Matrices that share both share the result.
  const at::Tensor& scaled_dot_products(const ScaledStep& step, size_t input);
  // base[r] · W + Σ_k scale_k[r] G_k[r], for what is recorded whole: (R, shape), or (1, shape)
  at::Tensor whole(ParameterId parameter);

  const std::vector<Parameter>& parameters_;
  int64_t rows_ = 1;
  std::vector<ScaledStep> steps_;
  at::Tensor base_scale_;
  std::vector<Occurrences> occurrences_;     // by parameter; empty: base weights
  std::map<ParameterId, at::Tensor> whole_;  // computed at first use
  at::Tensor latest_x_, latest_z_;           // what linear() was given, and the same in wide
  std::map<std::pair<const ScaledStep*, size_t>, at::Tensor> dot_products_;  // with latest_z_
};

}  // namespace eif
