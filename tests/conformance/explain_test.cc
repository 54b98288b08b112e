// What influences are made of, of every model: shares that add up to the first order, and tokens
// whose mean is what `dense` measures.
#include "suite/engine/explain.h"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "suite/engine/dense.h"
#include "tests/conformance/conformance.h"

namespace eif {
namespace {

Matrix sum_of(const std::vector<InfluenceShare>& shares) {
  Matrix sum = shares.front().influence;
  for (size_t k = 1; k < shares.size(); ++k) {
    for (size_t row = 0; row < sum.rows(); ++row) {
      for (size_t column = 0; column < sum.columns(); ++column) {
        sum.at(row, column) += shares[k].influence.at(row, column);
      }
    }
  }
  return sum;
}

// The mean over the tokens of each column.
Matrix means_of(const Explanation& explanation) {
  const Matrix& first_order = explanation.first_order;
  Matrix means(first_order.trained_ids(), first_order.evaluated_ids());
  for (size_t row = 0; row < means.rows(); ++row) {
    for (size_t column = 0; column < means.columns(); ++column) {
      double sum = 0, count = 0;
      for (size_t token = 0; token < explanation.tokens.size(); ++token) {
        if (explanation.tokens[token].column != column) continue;
        sum += explanation.token_influence.at(row, token);
        ++count;
      }
      means.at(row, column) = sum / count;
    }
  }
  return means;
}

class ExplanationOfEveryModel : public ::testing::TestWithParam<ModelUnderTest> {};

TEST_P(ExplanationOfEveryModel, AddsUpToWhatIsExplained) {
  const std::unique_ptr<Model> model = GetParam().load();
  const std::vector<Sample>& samples = GetParam().samples();
  for (const Training& training : trainings()) {
    const absl::StatusOr<Explanation> why =
        explain(*model, all_cells(samples, samples), training.options, {}, unwatched());
    ASSERT_TRUE(why.ok()) << why.status();
    const Matrix linear = measure(make_linear({}), *model, samples, training.options);
    EXPECT_LE(gap(why->first_order, linear), kExact) << training.name;
    EXPECT_LE(gap(sum_of(why->layers), linear), kExact) << training.name;
    EXPECT_LE(gap(sum_of(why->kinds), linear), kExact) << training.name;
    if (!GetParam().reads_text()) continue;
    EXPECT_LE(gap(means_of(*why), measure(DenseEngine(), *model, samples, training.options)),
              kExact)
        << training.name;
  }
}

INSTANTIATE_TEST_SUITE_P(All, ExplanationOfEveryModel, ::testing::ValuesIn(plain_models()),
                         name_of);

}  // namespace
}  // namespace eif
