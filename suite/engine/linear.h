// The first-order engine: what influence is while the learning rate is small.
//
//   EIF(i→j) ≈ η Σ_k c_k ⟨γ_k g_k + λ W, ∂L(j)⟩        the first order of Eq. 4 in η (Eq. 1–3)
//
// g_k is the gradient of statement k of sample i. To first order every step starts from the base
// weights W, so it is taken there, also that of a second statement or epoch. c_k says how often
// momentum applies it, γ_k how much clipping shortens it, λ is the weight decay. L(j) is the mean
// over all scored tokens of j (Eq. 7), and so a mean of its statements' means, weighted by their
// tokens.
//
// Every pair costs a product of two recordings (gradient_products.h) rather than a forward pass,
// which makes matrices of thousands of samples affordable. What is beyond first order is missing:
// compare with `replay` (suite/core/matrix_gap.h).
#pragma once

#include <vector>

#include "suite/engine/engine.h"
#include "suite/engine/gradient_products.h"
#include "suite/engine/memory.h"

namespace eif {

class LinearEngine final : public Engine {
 public:
  // limits.rows: statements that are recorded, and stay recorded, at once.
  explicit LinearEngine(WorkLimits limits = {}) : limits_(limits) {}

  // kInvalidArgument for an optimiser whose step is not linear in the gradients.
  absl::StatusOr<Matrix> measure(Model& model, const WantedCells& wanted,
                                 const TrainingOptions& options, Monitor& monitor) const override;

  // The influence over the parameters of each part: matrices that add up to that of measure(). Each
  // costs the memory of one.
  absl::StatusOr<std::vector<Matrix>> measure_parts(Model& model, const WantedCells& wanted,
                                                    const TrainingOptions& options,
                                                    const ProductParts& parts,
                                                    Monitor& monitor) const;

 private:
  WorkLimits limits_;
};

}  // namespace eif
