// libtorch's AdamW with the step of all parameters in one pass over memory.
//
// torch::optim::AdamW reads and writes each parameter, its gradient and its two moments some twenty
// times in a step. On a processor that is as much time as the products of the whole model take with
// a statement of a few tokens.
#pragma once

#include <torch/optim/adamw.h>

namespace eif {

// The same steps to rounding. Parameters and gradients that the one pass cannot serve (other
// devices, other layouts) are stepped by libtorch's operators instead.
class FusedAdamW final : public torch::optim::AdamW {
 public:
  using AdamW::AdamW;
  at::Tensor step(LossClosure closure = nullptr) override;

 private:
  torch::optim::AdamWParamState& state_of(const at::Tensor& parameter);
  void step_group(torch::optim::OptimizerParamGroup& group);
};

}  // namespace eif
