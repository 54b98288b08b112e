// What the way of training decides about influence, whatever the model is.
//
// While steps are small, SGD's influence is a sum over the steps (Eq. 1–3):
//
//   EIF(i→j) = Σ_k c_k ⟨a(s_k), h(j)⟩ + n_i d(j)
//
// over the n_i steps on the statements s_k of i; a is what a step on a statement descends, h the
// gradient of the loss of j, c_k what momentum makes of the k-th step, and d(j) what decay of the
// weights does to j. Where nothing is clipped, nothing decays, and a statement is trained on with
// the mask that it is evaluated with, a and h of a single statement are the same vector, and
// influence is mutual. LoRA is no exception: B begins at 0, so that only B moves at first order.
// AdamW is one: its second step depends on the gradient of the first.
#pragma once

#include "suite/core/run_request.h"

namespace eif {

struct Regime {
  bool is_additive = false;  // the sum above; else nothing is known
  bool is_mutual = false;    // a = h, without decay
  double momentum = 0;
  bool decays = false;
  int epochs = 1;
};

// What is known of the request's training. `is_proportional`: the steps are small enough for
// influence to be proportional to the learning rate, as it is on the plateau.
Regime regime_of(const RunRequest& request, bool is_proportional);

}  // namespace eif
