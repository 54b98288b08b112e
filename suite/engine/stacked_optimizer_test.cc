#include "suite/engine/stacked_optimizer.h"

#include <gtest/gtest.h>
#include <torch/optim/adamw.h>
#include <torch/optim/sgd.h>

#include <cmath>
#include <memory>

namespace eif {
namespace {

constexpr int64_t kRows = 3;
constexpr int kSteps = 4;

at::Tensor random(const std::vector<int64_t>& shape) { return at::randn(shape, at::kDouble); }

// libtorch's own, of one row.
std::unique_ptr<torch::optim::Optimizer> of_row(std::vector<at::Tensor> values,
                                                const TrainingOptions& options) {
  if (options.optimizer == Optimizer::kAdamW) {
    return std::make_unique<torch::optim::AdamW>(
        std::move(values),
        torch::optim::AdamWOptions(options.learning_rate).weight_decay(options.weight_decay));
  }
  return std::make_unique<torch::optim::SGD>(std::move(values),
                                             torch::optim::SGDOptions(options.learning_rate)
                                                 .momentum(options.momentum)
                                                 .weight_decay(options.weight_decay));
}

// As torch.nn.utils.clip_grad_norm_ does it.
void clip(std::vector<at::Tensor>& values, double max_norm) {
  double squares = 0;
  for (const at::Tensor& value : values) squares += value.grad().square().sum().item<double>();
  const double factor = std::min(1.0, max_norm / (std::sqrt(squares) + 1e-6));
  for (at::Tensor& value : values) value.mutable_grad().mul_(factor);
}

class StackedOptimizerTest : public testing::TestWithParam<TrainingOptions> {};

TEST_P(StackedOptimizerTest, StepsEachRowAsLibtorchWouldAlone) {
  const TrainingOptions& options = GetParam();
  at::manual_seed(3);
  const std::vector<at::Tensor> start = {random({kRows, 2, 5}), random({kRows, 4})};
  std::vector<std::vector<at::Tensor>> gradients;  // by step
  for (int step = 0; step < kSteps; ++step) {
    // Rows of very different lengths: some are clipped and some are not.
    const at::Tensor size = at::tensor({0.01, 1.0, 100.0}, at::kDouble);
    gradients.push_back(
        {random({kRows, 2, 5}) * size.view({-1, 1, 1}), random({kRows, 4}) * size.view({-1, 1})});
  }
  std::vector<at::Tensor> stacked = {start[0].clone(), start[1].clone()};
  StackedOptimizer optimizer(stacked, options);
  for (const std::vector<at::Tensor>& step : gradients) {
    optimizer.step({step[0].clone(), step[1].clone()});
  }
  for (int64_t row = 0; row < kRows; ++row) {
    std::vector<at::Tensor> values = {start[0][row].clone(), start[1][row].clone()};
    const std::unique_ptr<torch::optim::Optimizer> alone = of_row(values, options);
    for (const std::vector<at::Tensor>& step : gradients) {
      for (size_t i = 0; i < values.size(); ++i) values[i].mutable_grad() = step[i][row].clone();
      if (options.max_gradient_norm > 0) clip(values, options.max_gradient_norm);
      alone->step();
    }
    for (size_t i = 0; i < values.size(); ++i) {
      // Float64: the same few operations on numbers of up to a hundred.
      EXPECT_LE((stacked[i][row] - values[i]).abs().max().item<double>(), 1e-12) << row;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, StackedOptimizerTest,
    testing::Values(TrainingOptions{.learning_rate = 0.1},
                    TrainingOptions{.learning_rate = 0.1, .momentum = 0.9, .weight_decay = 0.2},
                    TrainingOptions{.learning_rate = 0.1, .momentum = 0.5, .max_gradient_norm = 2},
                    TrainingOptions{.optimizer = Optimizer::kAdamW, .learning_rate = 0.1},
                    TrainingOptions{.optimizer = Optimizer::kAdamW,
                                    .learning_rate = 0.1,
                                    .weight_decay = 0.2,
                                    .max_gradient_norm = 2}));

TEST(StackedOptimizerTest, OneOperatorOrADozenIsTheSame) {
  at::manual_seed(4);
  const TrainingOptions options{
      .optimizer = Optimizer::kAdamW, .learning_rate = 0.1, .weight_decay = 0.2};
  const at::Tensor start = random({kRows, 5, 7});
  const at::Tensor fused = start.clone(), plain = start.clone();
  StackedOptimizer one({fused}, options, AdamWKernel::kFused);
  StackedOptimizer dozen({plain}, options, AdamWKernel::kPlain);
  for (int step = 0; step < kSteps; ++step) {
    // As a product gives it back: transposed.
    const at::Tensor gradient = random({kRows, 7, 5}).transpose(1, 2);
    one.step({gradient.clone()});
    dozen.step({gradient.clone()});
  }
  // Float64: the same few operations in another order.
  EXPECT_LE((fused - plain).abs().max().item<double>(), 1e-14);
  EXPECT_GT((fused - start).abs().max().item<double>(), 0.1);
}

TEST_P(StackedOptimizerTest, ARowThatHasTakenAllItsStepsStaysAsItIs) {
  const TrainingOptions& options = GetParam();
  at::manual_seed(5);
  const at::Tensor start = random({kRows, 2, 5});
  const at::Tensor stacked = start.clone(), alone = start.narrow(0, 0, 1).clone();
  StackedOptimizer optimizer({stacked}, options), of_first({alone}, options);
  at::Tensor ended;
  for (int step = 0; step < kSteps; ++step) {
    const int64_t rows = step < 2 ? kRows : 1;
    const at::Tensor gradient = random({rows, 2, 5});
    optimizer.step({gradient.clone()});
    of_first.step({gradient.narrow(0, 0, 1).clone()});
    if (step == 1) ended = stacked.narrow(0, 1, kRows - 1).clone();
  }
  EXPECT_TRUE(at::equal(stacked.narrow(0, 1, kRows - 1), ended));
  EXPECT_LE((stacked.narrow(0, 0, 1) - alone).abs().max().item<double>(), 1e-15);
}

TEST_P(StackedOptimizerTest, RowsThatAreKeptGoOnAsIfTheOthersWereStillThere) {
  const TrainingOptions& options = GetParam();
  at::manual_seed(6);
  const at::Tensor start = random({kRows, 2, 5}), all = start.clone();
  StackedOptimizer of_all({all}, options), of_some({start.clone()}, options);
  const at::Tensor kept = at::tensor({0, 2}, at::kLong);
  for (int step = 0; step < kSteps; ++step) {
    const at::Tensor gradient = random({kRows, 2, 5});
    of_all.step({gradient.clone()});
    if (step == 2) of_some.keep(kept);
    of_some.step({step < 2 ? gradient.clone() : gradient.index_select(0, kept)});
  }
  EXPECT_LE((of_some.values()[0] - all.index_select(0, kept)).abs().max().item<double>(), 1e-15);
}

TEST(StackedOptimizerTest, LeavesWhatHasNoGradientAsItIs) {
  const at::Tensor moved = at::ones({2, 2}, at::kDouble), still = at::ones({2, 2}, at::kDouble);
  StackedOptimizer optimizer({moved, still}, {.learning_rate = 0.5, .weight_decay = 1});
  optimizer.step({at::ones({2, 2}, at::kDouble), at::Tensor()});
  EXPECT_TRUE(at::equal(moved, at::zeros({2, 2}, at::kDouble)));
  EXPECT_TRUE(at::equal(still, at::ones({2, 2}, at::kDouble)));
}

}  // namespace
}  // namespace eif
