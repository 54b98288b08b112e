#include "suite/engine/unpadded_products.h"

#include <ATen/core/grad_mode.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "suite/engine/recorded_training.h"
#include "suite/engine/test_models.h"

namespace eif {
namespace {

Example text(std::vector<int64_t> ids) { return TextExample{.ids = std::move(ids)}; }

// Three, one and two nodes.
std::vector<Example> texts() { return {text({1, 2, 3, 4}), text({1, 2}), text({1, 2, 3})}; }

std::vector<const Example*> pointers(const std::vector<Example>& examples) {
  std::vector<const Example*> pointers;
  for (const Example& example : examples) pointers.push_back(&example);
  return pointers;
}

// Counts the positions that are multiplied.
class CountedProducts final : public BaseProducts {
 public:
  explicit CountedProducts(WeightCopies& copies) : products_(copies) {}
  at::Tensor multiply(const at::Tensor& x, ParameterId weight, int64_t rows,
                      std::span<const RowProducts> added) override {
    positions += x.numel() / x.size(-1);
    return products_.multiply(x, weight, rows, added);
  }
  int64_t positions = 0;

 private:
  WideProducts products_;
};

struct UnpaddedProductsTest : ::testing::Test {
  std::vector<Parameter> parameters = {{"weight", at::randn({5, 4}, at::kDouble)}};
  WeightCopies copies{parameters, 0, 0};
  CountedProducts inner{copies};
  std::vector<Example> examples = texts();
};

TEST_F(UnpaddedProductsTest, AreThoseOfNodesAndOneAtPadding) {
  UnpaddedProducts products(inner, pointers(examples));
  const at::Tensor x = at::randn({3, 3, 4}, at::kDouble).requires_grad_(true);
  at::Tensor expected = at::matmul(x, parameters[0].value.t()).detach();
  expected[1].narrow(0, 1, 2).fill_(1);
  expected[2].narrow(0, 2, 1).fill_(1);
  EXPECT_TRUE(at::allclose(products.multiply(x, 0, 1, {}), expected, 1e-12, 1e-12));
  EXPECT_EQ(inner.positions, 3 + 1 + 2);
}

TEST_F(UnpaddedProductsTest, HaveWhatRowsAdd) {
  UnpaddedProducts products(inner, pointers(examples));
  const at::Tensor x = at::randn({3, 3, 4}, at::kDouble).requires_grad_(true);
  const RowProducts added{1, at::randn({2, 3, 2}, at::kDouble), at::randn({2, 2, 5}, at::kDouble)};
  const at::Tensor difference =
      products.multiply(x, 0, 3, {&added, 1}) - products.multiply(x, 0, 3, {});
  EXPECT_TRUE(at::allclose(difference[0], at::zeros({3, 5}, at::kDouble)));
  EXPECT_TRUE(at::allclose(difference.narrow(0, 1, 2), at::bmm(added.a, added.b), 1e-12, 1e-12));
}

TEST_F(UnpaddedProductsTest, WhatHasAnotherShapeIsMultipliedAsItIs) {
  UnpaddedProducts products(inner, pointers(examples));
  for (const std::vector<int64_t>& shape :
       {std::vector<int64_t>{3, 2, 4}, {1, 3, 4}, {3, 3, 1, 4}}) {
    const at::Tensor x = at::randn(shape, at::kDouble).requires_grad_(true);
    EXPECT_TRUE(at::allclose(products.multiply(x, 0, 1, {}), at::matmul(x, parameters[0].value.t()),
                             1e-12, 1e-12));
  }
}

TEST_F(UnpaddedProductsTest, WhatNoGradientWouldShowIsMultipliedAsItIs) {
  UnpaddedProducts products(inner, pointers(examples));
  products.multiply(at::randn({3, 3, 4}, at::kDouble), 0, 1, {});
  EXPECT_EQ(inner.positions, 3 * 3);
}

TEST_F(UnpaddedProductsTest, GradientsAreThoseOfNodes) {
  UnpaddedProducts products(inner, pointers(examples));
  const at::Tensor x = at::randn({3, 3, 4}, at::kDouble).requires_grad_(true);
  // A loss that reads nodes only.
  at::Tensor shares = at::randn({3, 3, 5}, at::kDouble);
  shares[1].narrow(0, 1, 2).zero_();
  shares[2].narrow(0, 2, 1).zero_();
  (products.multiply(x, 0, 1, {}) * shares).sum().backward();
  EXPECT_TRUE(at::allclose(x.grad(), at::matmul(shares, parameters[0].value), 1e-12, 1e-12));
  EXPECT_FALSE(products.padding_was_read());
}

TEST_F(UnpaddedProductsTest, KnowWhenPaddingWasRead) {
  UnpaddedProducts products(inner, pointers(examples));
  const at::Tensor x = at::randn({3, 3, 4}, at::kDouble).requires_grad_(true);
  products.multiply(x, 0, 1, {}).sum().backward();
  EXPECT_TRUE(products.padding_was_read());
}

TEST(UnpaddedProducts, PayWhereThereIsPadding) {
  const std::vector<Example> same = {text({1, 2, 3}), text({3, 2, 1})};
  EXPECT_FALSE(UnpaddedProducts::pay_for(pointers(same)));
  const std::vector<Example> different = texts();
  EXPECT_TRUE(UnpaddedProducts::pay_for(pointers(different)));
  const std::vector<Example> images = {ImageExample{}, ImageExample{}};
  EXPECT_FALSE(UnpaddedProducts::pay_for(pointers(images)));
}

// A model whose loss depends on as many places as it has nodes, padding or not.
class ReaderOfPadding final : public SmallReader {
 public:
  ReaderOfPadding() : SmallReader(/*seed=*/1) {}
  absl::StatusOr<Losses> loss(Weights& weights, const Batch& batch) const override {
    const auto& tokens = std::get<TokenBatch>(batch);
    const at::Tensor x = weights.embedding(tokens.ids, 0);
    return Losses{weights.linear(x, 2).pow(2).sum({1, 2}).unsqueeze(1),
                  at::ones({tokens.ids.size(0), 1}, at::kLong)};
  }
};

TEST(RecordedTraining, RecordsWithPaddingWhereAModelReadsIt) {
  ReaderOfPadding model;
  WeightCopies copies(model.parameters(), 0, 0);
  CountedProducts products(copies);
  const std::vector<RowGroup> rows = {{{text({1, 2, 3, 4})}, {text({1, 2})}}};
  const TrainingOptions options{.learning_rate = 0.1};
  const auto by_padding = RecordedTraining::record(model, rows, options);
  const auto found = RecordedTraining::record(model, rows, options, &products);
  ASSERT_TRUE(by_padding.ok() && found.ok());
  EXPECT_EQ(products.positions, (3 + 1) + 2 * 3);  // once without padding, and once more
  const at::Tensor x = at::ones({2, 3, 3}, at::kDouble);
  EXPECT_TRUE(at::allclose(found->weights(model, options, 0).linear(x, 2),
                           by_padding->weights(model, options, 0).linear(x, 2), 1e-12, 1e-12));
}

TEST(RecordedTraining, MultipliesNodesAlone) {
  SmallReader model(1);
  WeightCopies copies(model.parameters(), 0, 0);
  CountedProducts products(copies);
  const std::vector<RowGroup> rows = {{{text({1, 2, 3, 4})}, {text({1, 2})}}};
  const TrainingOptions options{.learning_rate = 0.1};
  const auto with_padding = RecordedTraining::record(model, rows, options);
  const auto found = RecordedTraining::record(model, rows, options, &products);
  ASSERT_TRUE(with_padding.ok() && found.ok());
  EXPECT_EQ(products.positions, 4 * (3 + 1));
  const at::NoGradGuard no_gradients;
  const at::Tensor x = at::randn({2, 3, 3}, at::kDouble);
  for (const ParameterId matrix : {2, 3}) {
    EXPECT_TRUE(at::allclose(found->weights(model, options, 0).linear(x, matrix),
                             with_padding->weights(model, options, 0).linear(x, matrix), 1e-12,
                             1e-12));
  }
}

}  // namespace
}  // namespace eif
