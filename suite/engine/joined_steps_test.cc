#include "suite/engine/joined_steps.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "suite/engine/gradients_for_test.h"

namespace eif {
namespace {

using ::testing::SizeIs;

// Float64 sums of some tens of terms of the order of 1.
constexpr double kExact = 1e-12;
constexpr ParameterId kTable = 0, kMatrix = 1, kVector = 2;
constexpr int64_t kRows = 3;

class JoinedSteps : public testing::Test {
 protected:
  JoinedSteps() { at::manual_seed(3); }

  static at::Tensor random(const std::vector<int64_t>& shape) {
    return at::randn(shape, at::kDouble);
  }

  // A step of these rows; the table is a matrix, too.
  static ScaledStep step(int64_t first_row, int64_t rows, int64_t positions) {
    StepGradients gradients{.rows = rows};
    gradients.inputs = {random({rows, positions, 5})};
    gradients.outer_products = {{kMatrix, 0, random({rows, positions, 6})},
                                {kTable, 0, random({rows, positions, 7})}};
    gradients.table_rows = {
        {kTable, at::randint(7, {rows, positions}, at::kLong), random({rows, positions, 5})}};
    gradients.whole = {{kVector, random({rows, 5})}};
    return {first_row, std::move(gradients), random({rows})};
  }

  // Σ_k scale_k[row] G_k[row], written out.
  at::Tensor sum_of(const std::vector<ScaledStep>& steps, int64_t row, ParameterId parameter) const {
    at::Tensor sum = at::zeros_like(parameters_[parameter].value);
    for (const ScaledStep& one : steps) {
      const int64_t i = row - one.first_row;
      if (i < 0 || i >= one.gradients.rows) continue;
      sum += one.scale[i] * formed(one.gradients, parameters_, i)[parameter];
    }
    return sum;
  }

  const std::vector<Parameter> parameters_ = {{"table", at::zeros({7, 5}, at::kDouble)},
                                              {"matrix", at::zeros({6, 5}, at::kDouble)},
                                              {"vector", at::zeros({5}, at::kDouble)}};
};

TEST_F(JoinedSteps, AreTheSameSum) {
  const std::vector<ScaledStep> apart = {step(0, 2, 4), step(2, 1, 3), step(0, 2, 2),
                                         step(0, 2, 1), step(2, 1, 5)};
  const std::vector<ScaledStep> together = joined_steps(apart);
  // Three of the first rows, and two of the last one, which stay apart.
  EXPECT_THAT(together, SizeIs(3));
  for (int64_t row = 0; row < kRows; ++row) {
    for (const ParameterId parameter : {kTable, kMatrix, kVector}) {
      EXPECT_LE((sum_of(apart, row, parameter) - sum_of(together, row, parameter))
                    .abs()
                    .max()
                    .item<double>(),
                kExact)
          << "row " << row << ", " << parameters_[parameter].name;
    }
  }
}

TEST_F(JoinedSteps, OfOtherUsesStayApart) {
  std::vector<ScaledStep> steps = {step(0, 2, 4), step(0, 2, 4), step(0, 2, 4)};
  steps[1].gradients.outer_products.pop_back();
  EXPECT_THAT(joined_steps(steps), SizeIs(3));
  EXPECT_THAT(joined_steps({step(0, 2, 4), step(1, 2, 4), step(0, 1, 4)}), SizeIs(3));
}

}  // namespace
}  // namespace eif
