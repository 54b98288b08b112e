#include "suite/engine/gradient_products.h"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "suite/engine/evaluation.h"
#include "suite/engine/gradients_for_test.h"
#include "suite/engine/test_models.h"

namespace eif {
namespace {

// Float64 sums of some hundred terms of the order of 1.
constexpr double kExact = 1e-11;

// Two batches of statements of one model, recorded, and their gradients written out.
class Products : public testing::Test {
 protected:
  struct Recorded {
    std::vector<Example> examples;
    StepGradients step;
  };

  static Recorded record(Model& model, const std::vector<Sample>& samples) {
    Recorded recorded;
    for (const Sample& sample : samples) {
      const std::vector<Example> encoded = encode_sample(model, sample).value();
      recorded.examples.insert(recorded.examples.end(), encoded.begin(), encoded.end());
    }
    std::vector<const Example*> pointers;
    for (const Example& example : recorded.examples) pointers.push_back(&example);
    PlainWeights weights(model.parameters());
    recorded.step = record_gradients(model, weights, pointers).value();
    return recorded;
  }

  void expect_products(Model& model, const std::vector<Sample>& trained,
                       const std::vector<Sample>& evaluated) {
    const Recorded a = record(model, trained), b = record(model, evaluated);
    const GradientFactors first(a.step), second(b.step);
    const at::Tensor steps = gradient_products(first, second).squeeze(0);
    const at::Tensor derivatives = steps + padding_products(first, second).squeeze(0);
    const at::Tensor with_base = products_with_base(b.step, model.parameters()).squeeze(0);
    ASSERT_EQ(steps.sizes(), (std::vector<int64_t>{a.step.rows, b.step.rows}));
    for (int64_t s = 0; s < b.step.rows; ++s) {
      const Example& read = b.examples[static_cast<size_t>(s)];
      const std::vector<at::Tensor> step_on_it = by_autograd(model, read);
      const std::vector<at::Tensor> derivative = by_autograd(model, read, /*all=*/true);
      EXPECT_NEAR(with_base[s].item<double>(),
                  inner_product(values_of(model.parameters()), derivative), kExact);
      for (int64_t r = 0; r < a.step.rows; ++r) {
        const std::vector<at::Tensor> step = by_autograd(model, a.examples[static_cast<size_t>(r)]);
        EXPECT_NEAR(steps[r][s].item<double>(), inner_product(step, step_on_it), kExact);
        EXPECT_NEAR(derivatives[r][s].item<double>(), inner_product(step, derivative), kExact);
      }
    }
    expect_parts(model, a, b);
  }

  // The same over each parameter by itself.
  void expect_parts(Model& model, const Recorded& a, const Recorded& b) {
    ProductParts parts{.count = model.parameters().size()};
    for (size_t p = 0; p < parts.count; ++p) parts.of_parameter.push_back(p);
    const GradientFactors first(a.step, parts), second(b.step, parts);
    const at::Tensor derivatives =
        gradient_products(first, second) + padding_products(first, second);
    const at::Tensor with_base = products_with_base(b.step, model.parameters(), parts);
    const std::vector<at::Tensor> base = values_of(model.parameters());
    for (int64_t s = 0; s < b.step.rows; ++s) {
      const std::vector<at::Tensor> derivative =
          by_autograd(model, b.examples[static_cast<size_t>(s)], /*all=*/true);
      for (int64_t r = 0; r < a.step.rows; ++r) {
        const std::vector<at::Tensor> step = by_autograd(model, a.examples[static_cast<size_t>(r)]);
        for (size_t p = 0; p < parts.count; ++p) {
          const auto part = static_cast<int64_t>(p);
          EXPECT_NEAR(derivatives[part][r][s].item<double>(),
                      inner_product({step[p]}, {derivative[p]}), kExact);
          EXPECT_NEAR(with_base[part][s].item<double>(), inner_product({base[p]}, {derivative[p]}),
                      kExact);
        }
      }
    }
  }
};

TEST_F(Products, OfALinearLayer) {
  LinearClassifier model(1);
  expect_products(model, random_images(3, 2), random_images(4, 3));
}

TEST_F(Products, OfAConvolution) {
  SmallConvolution model(1);
  expect_products(model, random_images(3, 2), random_images(4, 3));
}

// A tied head, a table with padding, inputs that are shared, and statements of several lengths.
TEST_F(Products, OfATiedHeadAndSharedInputs) {
  SmallReader model(1);
  const std::vector<Sample> texts = digit_texts();
  expect_products(model, texts, {texts[3], texts[0]});
}

TEST_F(Products, KnowTheirSize) {
  SmallReader model(1);
  const GradientFactors one(record(model, {digit_texts()[0]}).step);
  const GradientFactors many(record(model, digit_texts()).step);
  EXPECT_EQ(one.rows(), 1);
  EXPECT_EQ(many.rows(), 6);
  EXPECT_GT(one.bytes(), 0);
  // Six rows, padded to the longest.
  EXPECT_GE(many.bytes(), 6 * one.bytes());
}

}  // namespace
}  // namespace eif
