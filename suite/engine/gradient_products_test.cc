#include "suite/engine/gradient_products.h"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "suite/engine/evaluation.h"
#include "suite/engine/formed_products.h"
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
    expect_the_same_formed(first, second);
  }

  // Formed, all matrices or one, in slices of any size, and of several recordings on either side.
  void expect_the_same_formed(const GradientFactors& a, const GradientFactors& b) {
    const at::Tensor ab = gradient_products(a, b), aa = gradient_products(a, a);
    std::vector<bool> matrices;
    for (const GradientFactors::Factors& factors : a.factors()) {
      matrices.push_back(factors.x.defined());
    }
    for (const int64_t bytes : {0, 1000, 1 << 20}) {
      const at::Tensor rest = gradient_products(a, b, matrices);
      expect_formed({&a}, {&b}, matrices, bytes, ab - rest);
      expect_formed({&a, &b}, {&b}, matrices, bytes,
                    at::cat({ab - rest, gradient_products(b, b) - gradient_products(b, b, matrices)}, 1));
      expect_formed({&a}, {&a}, matrices, bytes, aa - gradient_products(a, a, matrices));
      std::vector<bool> one(matrices.size());
      for (size_t i = 0; i < matrices.size(); ++i) {
        if (!matrices[i]) continue;
        one[i] = true;
        expect_formed({&a}, {&b}, one, bytes, ab - gradient_products(a, b, one));
        one[i] = false;
      }
    }
  }

  static void expect_formed(const Recordings& a, const Recordings& b, const std::vector<bool>& formed,
                            int64_t bytes, const at::Tensor& expected) {
    int slices = 0;
    const absl::StatusOr<at::Tensor> found = formed_products(a, b, formed, bytes, [&] {
      ++slices;
      return absl::OkStatus();
    });
    ASSERT_TRUE(found.ok()) << found.status();
    if (slices == 0) return;  // no matrix
    EXPECT_LE((*found - expected).abs().max().item<double>(), kExact) << bytes << " bytes";
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

// T statements of so many tokens cost T² (I + O) in factors, and I·O (1 + T) formed.
TEST_F(Products, AreFormedWhereStatementsAreLong) {
  SmallReader model(1);
  const GradientFactors one(record(model, {digit_texts()[0]}).step);
  const std::vector<bool> of_one = cheaper_formed({&one}, {&one});
  ASSERT_EQ(of_one.size(), one.factors().size());
  const Recordings many(50, &one);
  const std::vector<bool> of_many = cheaper_formed(many, many);
  for (size_t i = 0; i < one.factors().size(); ++i) {
    const GradientFactors::Factors& factors = one.factors()[i];
    if (!factors.x.defined()) {
      EXPECT_FALSE(of_many[i]);
      continue;
    }
    const auto tokens = static_cast<double>(factors.x.size(0));
    const auto inputs = static_cast<double>(factors.x.size(1));
    const auto outputs = static_cast<double>(factors.dy.size(1));
    const double table = factors.ids.defined() ? 3 * inputs : 0;
    EXPECT_EQ(of_many[i], inputs * outputs * (2500 + 50 * tokens) <
                              0.5 * 2500 * tokens * tokens * (inputs + outputs + table));
    EXPECT_EQ(of_one[i],
              inputs * outputs * (1 + tokens) < 0.5 * tokens * tokens * (inputs + outputs + table));
  }
}

// Few rows and many are multiplied in different ways.
TEST_F(Products, FormedOfManyRowsAreThoseOfEach) {
  SmallReader model(1);
  const GradientFactors one(record(model, {digit_texts()[0]}).step);
  std::vector<bool> formed;
  for (const GradientFactors::Factors& factors : one.factors()) {
    formed.push_back(factors.x.defined());
  }
  const at::Tensor product = gradient_products(one, one) - gradient_products(one, one, formed);
  constexpr int64_t kMany = 150;
  expect_formed(Recordings(kMany, &one), {&one}, formed, 1 << 20, product.expand({1, kMany, 1}));
}

TEST_F(Products, FormedAreStopped) {
  SmallReader model(1);
  const GradientFactors one(record(model, {digit_texts()[0]}).step);
  std::vector<bool> formed(one.factors().size());
  for (size_t i = 0; i < formed.size(); ++i) formed[i] = one.factors()[i].x.defined();
  EXPECT_EQ(formed_products({&one}, {&one}, formed, 0, [] { return absl::CancelledError("enough"); })
                .status(),
            absl::CancelledError("enough"));
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
