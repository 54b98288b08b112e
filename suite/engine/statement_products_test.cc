#include "suite/engine/statement_products.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>
#include <vector>

#include "eif/plain_weights.h"
#include "suite/engine/batching.h"
#include "suite/engine/evaluation.h"
#include "suite/engine/formed_products.h"
#include "suite/engine/gradients_for_test.h"
#include "suite/engine/test_models.h"

namespace eif {
namespace {

// Float64 sums of some hundred terms of the order of 1.
constexpr double kExact = 1e-11;

// Some are trained on only, some evaluated only, and some both. More are evaluated only.
DistinctStatements some_statements(const Model& model) {
  const std::vector<Sample> texts = digit_texts();
  return distinct_statements(encode_samples(model, {texts[0], texts[1], texts[4]}),
                             encode_samples(model, {texts[1], texts[2], texts[3], texts[4]}));
}

// The same with more that are trained on only.
DistinctStatements more_trained(const Model& model) {
  const std::vector<Sample> texts = digit_texts();
  return distinct_statements(encode_samples(model, {texts[1], texts[2], texts[3], texts[4]}),
                             encode_samples(model, {texts[0], texts[1], texts[4]}));
}

const std::function<bool(double)> kGoOn = [](double) { return true; };

// By a forward pass over it alone.
double loss(Model& model, const Example& example) {
  PlainWeights weights(model.parameters());
  const Losses losses = *model.loss(weights, make_batch({&example}, at::kCPU));
  return (losses.nll.sum() / losses.scored.sum()).item<double>();
}

void expect_inner_products(Model& model, const DistinctStatements& statements,
                           const ProductLimits& limits) {
  SCOPED_TRACE(testing::Message() << limits.batch.examples << " at once, " << limits.resident_bytes
                                  << " bytes");
  const size_t evaluated = statements.examples.size() - statements.first_evaluated;
  const absl::StatusOr<StatementProducts> products =
      statement_products(model, statements, {.norms = true, .with_base = true}, limits, kGoOn);
  ASSERT_TRUE(products.ok()) << products.status();
  ASSERT_EQ(products->products.sizes(),
            (std::vector<int64_t>{1, static_cast<int64_t>(statements.trained),
                                  static_cast<int64_t>(evaluated)}));
  for (size_t k = 0; k < statements.trained; ++k) {
    const std::vector<at::Tensor> step = by_autograd(model, statements.examples[k]);
    const auto row = static_cast<int64_t>(k);
    EXPECT_NEAR(products->norms[row].item<double>(), std::sqrt(inner_product(step, step)), kExact);
    for (size_t l = 0; l < evaluated; ++l) {
      const std::vector<at::Tensor> derivative =
          by_autograd(model, statements.examples[statements.first_evaluated + l], /*all=*/true);
      const auto column = static_cast<int64_t>(l);
      EXPECT_NEAR(products->products[0][row][column].item<double>(),
                  inner_product(step, derivative), kExact)
          << k << " " << l;
      EXPECT_NEAR(products->losses[column].item<double>(),
                  loss(model, statements.examples[statements.first_evaluated + l]), kExact);
      EXPECT_NEAR(products->with_base[0][column].item<double>(),
                  inner_product(values_of(model.parameters()), derivative), kExact);
    }
  }
}

TEST(StatementProducts, AreInnerProductsOfGradientsWhateverFits) {
  SmallReader model(1);
  for (const DistinctStatements& statements : {some_statements(model), more_trained(model)}) {
    for (const int64_t at_once : {1, 2, 100}) {
      for (const int64_t resident : {int64_t{0}, int64_t{4000}, int64_t{1} << 30}) {
        expect_inner_products(model, statements,
                              {.batch = {.examples = at_once}, .resident_bytes = resident});
      }
    }
  }
}

// As long as may be, so that some matrices are formed where three of them are multiplied.
TEST(StatementProducts, OfLongStatementsAreTheSameInBlocksOfAnySize) {
  SmallReader model(1);
  const std::vector<Sample> texts = {{"a", {"1234561"}}, {"b", {"2340561"}}, {"c", {"6543210"}},
                                     {"d", {"1112233"}}, {"e", {"6051423"}}, {"f", {"5646352"}}};
  const EncodedSamples encoded = encode_samples(model, texts);
  const DistinctStatements statements = distinct_statements(encoded, encoded);
  PlainWeights weights(model.parameters());
  const GradientFactors one(*record_gradients(model, weights, {&statements.examples.front()}));
  const std::vector<bool> formed = cheaper_formed({&one, &one, &one}, {&one, &one, &one});
  ASSERT_THAT(formed, testing::Contains(true));
  for (const int64_t resident : {1, 2, 3, 4, 6}) {
    expect_inner_products(
        model, statements,
        {.batch = {.examples = 1}, .resident_bytes = resident * one.bytes(), .slice_bytes = 200});
  }
}

class CountingReader final : public SmallReader {
 public:
  CountingReader() : SmallReader(1) {}
  absl::StatusOr<Losses> loss(Weights& weights, const Batch& batch) const override {
    ++passes;
    return SmallReader::loss(weights, batch);
  }
  mutable int passes = 0;
};

TEST(StatementProducts, OfManyAndFewRecordTheManyOnce) {
  CountingReader model;
  const std::vector<Sample> texts = digit_texts();
  const auto passes = [&](const std::vector<Sample>& trained,
                          const std::vector<Sample>& evaluated) {
    model.passes = 0;
    const auto products = statement_products(
        model,
        distinct_statements(encode_samples(model, trained), encode_samples(model, evaluated)), {},
        {.batch = {.examples = 1}}, kGoOn);  // one batch stays, and no more
    EXPECT_TRUE(products.ok()) << products.status();
    return model.passes;
  };
  const std::vector<Sample> few = {texts[0]};
  const std::vector<Sample> many = {texts[1], texts[2], texts[3]};
  EXPECT_EQ(passes(many, few), 4);
  EXPECT_EQ(passes(few, many), 4);
}

TEST(StatementProducts, WhatIsNotWantedIsNotThere) {
  SmallReader model(1);
  const absl::StatusOr<StatementProducts> products =
      statement_products(model, some_statements(model), {}, {}, kGoOn);
  ASSERT_TRUE(products.ok()) << products.status();
  EXPECT_FALSE(products->norms.defined());
  EXPECT_FALSE(products->with_base.defined());
}

TEST(StatementProducts, TheShareThatIsDoneGrowsUntilItStops) {
  SmallReader model(1);
  std::vector<double> shares;
  const absl::Status status =
      statement_products(model, some_statements(model), {}, {.batch = {.examples = 1}},
                         [&](double share) {
                           shares.push_back(share);
                           return share < 0.5;
                         })
          .status();
  EXPECT_EQ(status, absl::CancelledError("interrupted"));
  ASSERT_GT(shares.size(), 2u);
  EXPECT_EQ(shares.front(), 0);
  EXPECT_TRUE(std::is_sorted(shares.begin(), shares.end()));
  EXPECT_GE(shares.back(), 0.5);
}

}  // namespace
}  // namespace eif
