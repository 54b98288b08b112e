// What a step on bfloat16 weights does.
#include <ATen/core/grad_mode.h>
#include <gtest/gtest.h>

#include <numeric>

#include "suite/engine/dense.h"
#include "suite/engine/replay.h"
#include "tests/conformance/conformance.h"

namespace eif {
namespace {

// Slope of the cells on those of the oracle: 1 where a step had all of its effect.
double kept(const Matrix& matrix, const Matrix& oracle) {
  const std::vector<double>&a = matrix.values(), &b = oracle.values();
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0) /
         std::inner_product(b.begin(), b.end(), b.begin(), 0.0);
}

// A step of 1e-4 of a gradient is less than half of the last of 8 bits of most weights, which are
// about 0.1: added in place it would be rounded away. Neither engine adds it to one of 16 bits.
class Bfloat16 : public testing::Test {
 protected:
  const ModelUnderTest& llama_ = model_named("causal_lm_llama_tied");
  const std::unique_ptr<Model> rounded_ = llama_.load(at::kBFloat16);

  // The same weights in float64.
  std::unique_ptr<Model> widened() const {
    const at::NoGradGuard no_gradients;
    std::unique_ptr<Model> model = llama_.load(at::kDouble);
    for (size_t i = 0; i < model->parameters().size(); ++i) {
      model->parameters()[i].value.copy_(rounded_->parameters()[i].value);
    }
    return model;
  }
};

TEST_F(Bfloat16, ReplayKeepsASmallStep) {
  const TrainingOptions options{.learning_rate = 1e-4};
  const Matrix oracle =
      measure(ReplayEngine(), *llama_.load(at::kDouble), llama_.samples(), options);
  const Matrix replay = measure(ReplayEngine(), *rounded_, llama_.samples(), options);
  // The weights themselves are rounded by up to 2⁻⁹ each, in a dozen products one after another.
  EXPECT_NEAR(kept(replay, oracle), 1, 0.1);
}

// Of a loss of 6 nats per token float32 shows 5e-7; the cells are 1e-3 and more.
TEST_F(Bfloat16, DenseStepsInFloat32WhateverTheOptimizer) {
  const std::unique_ptr<Model> wide = widened();
  for (const TrainingOptions& options :
       {TrainingOptions{.learning_rate = 1e-3},
        TrainingOptions{.learning_rate = 1e-3, .momentum = 0.9, .max_gradient_norm = 1},
        TrainingOptions{.optimizer = Optimizer::kAdamW, .learning_rate = 1e-6}}) {
    const Matrix oracle = measure(DenseEngine(), *wide, llama_.samples(), options);
    const Matrix dense = measure(DenseEngine(), *rounded_, llama_.samples(), options);
    EXPECT_LE(gap(dense, oracle), 0.01) << optimizer_name(options.optimizer);
  }
}

}  // namespace
}  // namespace eif
