#include "suite/engine/fused_adamw.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace eif {
namespace {

constexpr int kSteps = 4;

torch::optim::AdamWOptions options() { return torch::optim::AdamWOptions(0.1).weight_decay(0.3); }

// The last one has no gradient in the first two steps.
std::vector<at::Tensor> some_parameters(at::ScalarType type) {
  at::manual_seed(5);
  return {at::randn({7, 33}, type), at::randn({2, 3, 5}, type), at::randn({4}, type)};
}

void set_gradients(std::vector<at::Tensor>& parameters, int step) {
  at::manual_seed(100 + step);
  for (size_t i = 0; i < parameters.size(); ++i) {
    const at::Tensor gradient = at::randn_like(parameters[i]);
    if (i + 1 < parameters.size() || step >= 2) parameters[i].mutable_grad() = gradient;
  }
}

// The largest difference of any parameter after steps with the same gradients.
template <typename Prepare>
double difference_after_steps(at::ScalarType type, Prepare prepare) {
  std::vector<at::Tensor> ours = some_parameters(type);
  std::vector<at::Tensor> theirs = some_parameters(type);
  FusedAdamW fused(ours, options());
  torch::optim::AdamW plain(theirs, options());
  for (int step = 0; step < kSteps; ++step) {
    set_gradients(ours, step);
    set_gradients(theirs, step);
    prepare(ours, step);
    fused.step();
    plain.step();
  }
  double difference = 0;
  for (size_t i = 0; i < ours.size(); ++i) {
    EXPECT_FALSE(ours[i].equal(some_parameters(type)[i])) << "parameter " << i << " has not moved";
    difference = std::max(difference, (ours[i] - theirs[i]).abs().max().item<double>());
  }
  return difference;
}

TEST(FusedAdamWTest, StepsAsLibtorchDoes) {
  EXPECT_LT(difference_after_steps(at::kDouble, [](auto&, int) {}), 1e-14);
  EXPECT_LT(difference_after_steps(at::kFloat, [](auto&, int) {}), 1e-6);
}

// Its one pass would take the elements of such a gradient in the order in which they lie.
TEST(FusedAdamWTest, StepsAsLibtorchDoesWhereAGradientLiesOtherwise) {
  const auto transpose = [](std::vector<at::Tensor>& parameters, int step) {
    if (step % 2 == 0) return;  // the moments of both ways are the same
    at::Tensor& gradient = parameters[0].mutable_grad();
    gradient = gradient.t().contiguous().t();
  };
  EXPECT_LT(difference_after_steps(at::kDouble, transpose), 1e-14);
}

}  // namespace
}  // namespace eif
