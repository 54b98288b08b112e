#include "suite/engine/tuned_weights.h"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "eif/plain_weights.h"
#include "suite/engine/gradients_for_test.h"

namespace eif {
namespace {

// Float64 sums of some tens of terms of the order of 1.
constexpr double kExact = 1e-12;
constexpr ParameterId kTable = 0, kMatrix = 1, kKernel = 2, kVector = 3;
constexpr int64_t kRows = 3;

// Rows 0 and 1 have a step of four positions, row 2 has one of two; row 1 has a second one. Two
// matrices share their input, and the table is a matrix, too.
class Tuned : public testing::Test {
 protected:
  Tuned() {
    at::manual_seed(9);
    parameters_ = {{"table", random({7, 5})},
                   {"matrix", random({6, 5})},
                   {"kernel", random({2, 3, 2, 2})},
                   {"vector", random({5})}};
    add_step(0, 2, 4);
    add_step(2, 1, 2);
    add_step(1, 1, 3);
  }

  static at::Tensor random(const std::vector<int64_t>& shape) {
    return at::randn(shape, at::kDouble);
  }

  void add_step(int64_t first_row, int64_t rows, int64_t positions) {
    StepGradients step{.rows = rows};
    step.inputs = {random({rows, positions, 5})};
    step.outer_products = {{kMatrix, 0, random({rows, positions, 6})},
                           {kTable, 0, random({rows, positions, 7})}};
    step.table_rows = {
        {kTable, at::randint(7, {rows, positions}, at::kLong), random({rows, positions, 5})}};
    step.whole = {{kKernel, random({rows, 2, 3, 2, 2})}, {kVector, random({rows, 5})}};
    steps_.push_back({first_row, std::move(step), random({rows})});
  }

  TunedWeights tuned(bool decays) {
    return TunedWeights(parameters_, kRows, steps_, decays ? decay_ : at::Tensor());
  }

  // The parameters of one row, written out.
  std::vector<Parameter> of_row(int64_t row, bool decays) const {
    std::vector<Parameter> result;
    for (const Parameter& parameter : parameters_) {
      result.push_back({parameter.name, parameter.value * (decays ? decay_[row] : at::ones({}))});
    }
    for (const ScaledStep& step : steps_) {
      const int64_t i = row - step.first_row;
      if (i < 0 || i >= step.gradients.rows) continue;
      const std::vector<at::Tensor> gradients = formed(step.gradients, parameters_, i);
      for (size_t p = 0; p < result.size(); ++p) {
        result[p].value = result[p].value + step.scale[i] * gradients[p];
      }
    }
    return result;
  }

  // `use` of a shared x and of one for each row, beside the written out parameters of each row.
  template <typename Use>
  void expect_same(const at::Tensor& shared, const at::Tensor& by_row, Use use) {
    for (const bool decays : {false, true}) {
      TunedWeights weights = tuned(decays);
      for (const at::Tensor& x : {shared, by_row}) {
        const at::Tensor found = use(weights, x);
        ASSERT_EQ(found.size(0), kRows);
        for (int64_t row = 0; row < kRows; ++row) {
          const std::vector<Parameter> parameters = of_row(row, decays);
          PlainWeights plain(parameters);
          const at::Tensor expected = use(plain, x.narrow(0, x.size(0) == 1 ? 0 : row, 1));
          EXPECT_LE((found[row] - expected[0]).abs().max().item<double>(), kExact) << row;
        }
      }
    }
  }

  std::vector<Parameter> parameters_;
  std::vector<ScaledStep> steps_;
  const at::Tensor decay_ = at::tensor({0.5, 0.9, 1.1}, at::kDouble);
};

TEST_F(Tuned, LinearIsThatOfEachRowsMatrix) {
  expect_same(random({1, 2, 4, 5}), random({kRows, 2, 4, 5}),
              [](Weights& weights, const at::Tensor& x) { return weights.linear(x, kMatrix); });
}

TEST_F(Tuned, ATableIsAMatrixToo) {
  expect_same(random({1, 4, 5}), random({kRows, 4, 5}),
              [](Weights& weights, const at::Tensor& x) { return weights.linear(x, kTable); });
}

TEST_F(Tuned, EmbeddingIsThatOfEachRowsTable) {
  expect_same(at::randint(7, {1, 6}, at::kLong), at::randint(7, {kRows, 6}, at::kLong),
              [](Weights& weights, const at::Tensor& ids) {
                return weights.embedding(ids, kTable, Weights::kNoPadding);
              });
}

TEST_F(Tuned, ConvolutionIsThatOfEachRowsKernel) {
  expect_same(random({1, 2, 3, 4, 4}), random({kRows, 2, 3, 4, 4}),
              [](Weights& weights, const at::Tensor& x) { return weights.conv2d(x, kKernel, 1); });
}

TEST_F(Tuned, GainAndBiasAreThoseOfEachRowsVector) {
  expect_same(random({1, 2, 5}), random({kRows, 2, 5}),
              [](Weights& weights, const at::Tensor& x) { return weights.gain(x, kVector); });
  expect_same(random({1, 5, 2}), random({kRows, 5, 2}),
              [](Weights& weights, const at::Tensor& x) { return weights.bias(x, kVector, -2); });
}

TEST_F(Tuned, MatricesThatShareTheirInputAreEachTheirOwn) {
  const at::Tensor x = random({1, 4, 5});
  TunedWeights together = tuned(false), matrix = tuned(false), table = tuned(false);
  EXPECT_TRUE(at::equal(together.linear(x, kMatrix), matrix.linear(x, kMatrix)));
  EXPECT_TRUE(at::equal(together.linear(x, kTable), table.linear(x, kTable)));
}

// What the matrices of one x share is kept until another x comes; the same x with other numbers in
// it is another one.
TEST_F(Tuned, AnInputThatWasChangedInPlaceIsSeen) {
  at::Tensor x = random({1, 4, 5});
  TunedWeights weights = tuned(false), fresh = tuned(false);
  weights.linear(x, kMatrix);
  x.mul_(2);
  EXPECT_TRUE(at::equal(weights.linear(x, kMatrix), fresh.linear(x, kMatrix)));
  x.view(-1).add_(1);  // through another tensor of the same memory
  TunedWeights again = tuned(false);
  EXPECT_TRUE(at::equal(weights.linear(x, kMatrix), again.linear(x, kMatrix)));
}

TEST_F(Tuned, WithoutAStepTheyAreTheBaseWeights) {
  TunedWeights weights(parameters_);
  PlainWeights plain(parameters_);
  const at::Tensor x = random({1, 4, 5});
  EXPECT_LE((weights.linear(x, kMatrix) - plain.linear(x, kMatrix)).abs().max().item<double>(),
            kExact);
  EXPECT_TRUE(at::equal(weights.gain(x, kVector), plain.gain(x, kVector)));
}

}  // namespace
}  // namespace eif
