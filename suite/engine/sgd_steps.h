// SGD, unrolled: the weights after some steps as a combination of the base weights and the
// gradients of the steps. With momentum m, weight decay λ and learning rate η (libtorch's rule)
//
//   b_k = m b_{k−1} + (G_k + λ W_{k−1})        b_1 without the first term
//   W_k = W_{k−1} − η b_k
//
// each W_k is base · W_0 + Σ_j gradients[j] G_j with numbers that depend on m, λ and η alone.
#pragma once

#include <ATen/ATen.h>

#include <vector>

#include "suite/engine/engine.h"

namespace eif {

struct SgdCombination {
  double base = 1;
  std::vector<double> gradients;  // of the first step to the last
};

SgdCombination unrolled_sgd(size_t steps, const TrainingOptions& options);

// The factors that clipping multiplies gradients of these norms by, as libtorch's clip_grad_norm_
// does, its epsilon included. norms: any shape.
at::Tensor shortening(const at::Tensor& norms, double max_norm);

}  // namespace eif
