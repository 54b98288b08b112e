// What a step on bfloat16 weights does, by replay and in place.
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
// about 0.1: added in place it is rounded away. Replay never adds it to a weight.
TEST(Bfloat16, ReplayKeepsAStepThatIsLostInPlace) {
  const ModelUnderTest& llama = model_named("causal_lm_llama_tied");
  const std::unique_ptr<Model> exact = llama.load(at::kDouble);
  const std::unique_ptr<Model> rounded = llama.load(at::kBFloat16);
  const TrainingOptions options{.learning_rate = 1e-4};
  const Matrix oracle = measure(ReplayEngine(), *exact, llama.samples(), options);
  const Matrix replay = measure(ReplayEngine(), *rounded, llama.samples(), options);
  const Matrix dense = measure(DenseEngine(), *rounded, llama.samples(), options);
  // The weights themselves are rounded by up to 2⁻⁹ each, in a dozen products one after another.
  EXPECT_NEAR(kept(replay, oracle), 1, 0.1);
  EXPECT_LT(kept(dense, oracle), 0.5);
}

}  // namespace
}  // namespace eif
