#include "suite/host/seed_explanations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "suite/engine/explain.h"
#include "suite/engine/test_models.h"

namespace eif {
namespace {

using ::testing::HasSubstr;

constexpr double kExact = 1e-12;  // float64 sums of some hundred terms, in another order

class SeedExplanationsTest : public testing::Test {
 protected:
  SeedExplanations explanations() { return {model_, training_, limits_, nullptr}; }

  static HashedRequest request(const std::string& name, const std::vector<std::string>& rows,
                               const std::vector<std::string>& columns) {
    Request request{.name = name, .domain = "d"};
    for (const std::string& text : rows) request.trained.push_back({name + text, {text}});
    for (const std::string& text : columns) request.evaluated.push_back({name + text, {text}});
    return hashed(std::move(request));
  }

  // By itself, as nothing was shared.
  Explanation alone(const HashedRequest& hashed) {
    const Request& request = hashed.request;
    return explain(model_, all_cells(request.trained, request.evaluated), training_, limits_,
                   unwatched())
        .value();
  }

  static void expect_near(const Matrix& found, const Matrix& expected) {
    ASSERT_EQ(found.trained_ids(), expected.trained_ids());
    ASSERT_EQ(found.columns(), expected.columns());
    for (size_t i = 0; i < found.values().size(); ++i) {
      EXPECT_NEAR(found.values()[i], expected.values()[i], kExact);
    }
  }

  SmallReader model_{1};
  TrainingOptions training_{.learning_rate = 1e-3};
  EngineLimits limits_;
};

TEST_F(SeedExplanationsTest, OfWhatIsExplainedTogetherAreThoseOfEachAlone) {
  const HashedRequest a = request("a", {"12", "345"}, {"123", "45"});
  const HashedRequest b = request("b", {"345", "12"}, {"45", "561", "123"});
  SeedExplanations together = explanations();
  together.add({.request = "a"}, a);
  together.add({.request = "b"}, b);
  EXPECT_EQ(together.matrices(), 1u);
  const auto made = together.measure(unwatched());
  ASSERT_TRUE(made.ok()) << made.status();
  for (const HashedRequest* one : {&a, &b}) {
    const Explanation& found = made->at({.request = one->request.name});
    const Explanation expected = alone(*one);
    expect_near(found.first_order, expected.first_order);
    expect_near(found.token_influence, expected.token_influence);
    ASSERT_EQ(found.kinds.size(), expected.kinds.size());
    for (size_t i = 0; i < found.kinds.size(); ++i) {
      EXPECT_EQ(found.kinds[i].name, expected.kinds[i].name);
      expect_near(found.kinds[i].influence, expected.kinds[i].influence);
    }
    ASSERT_EQ(found.tokens.size(), expected.tokens.size());
    for (size_t i = 0; i < found.tokens.size(); ++i) {
      EXPECT_EQ(found.tokens[i].column, expected.tokens[i].column);
      EXPECT_EQ(found.tokens[i].id, expected.tokens[i].id);
    }
  }
}

// Two rows by two columns and two others are four cells each, and sixteen together.
TEST_F(SeedExplanationsTest, WhatHasNothingInCommonIsExplainedApart) {
  const HashedRequest a = request("a", {"12", "345"}, {"123", "45"});
  const HashedRequest b = request("b", {"34", "62"}, {"561", "26"});
  SeedExplanations apart = explanations();
  apart.add({.request = "a"}, a);
  apart.add({.request = "b"}, b);
  EXPECT_EQ(apart.matrices(), 2u);
}

TEST_F(SeedExplanationsTest, CellsThatAreNotAskedForHaveNoNumber) {
  HashedRequest some = request("a", {"12", "345"}, {"123", "45"});
  some.request.only = std::set<Cell>{{"a12", "a45"}, {"a345", "a123"}};
  SeedExplanations one = explanations();
  one.add({.request = "a"}, some);
  const auto made = one.measure(unwatched());
  ASSERT_TRUE(made.ok()) << made.status();
  const Matrix& first_order = made->at({.request = "a"}).first_order;
  EXPECT_TRUE(std::isnan(first_order.at(0, 0)));
  EXPECT_TRUE(std::isfinite(first_order.at(0, 1)));
  EXPECT_TRUE(std::isfinite(first_order.at(1, 0)));
}

TEST_F(SeedExplanationsTest, WhatDoesNotFitIsRefusedBefore) {
  const HashedRequest a = request("a", {"12", "345"}, {"123", "45"});
  limits_.memory_bytes = 100;
  SeedExplanations large = explanations();
  EXPECT_EQ(large.check_fits(), absl::OkStatus());
  large.add({.desideratum = "transitivity", .request = "a"}, a);
  const absl::Status refused = large.check_fits();
  EXPECT_EQ(refused.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(refused.message()),
              HasSubstr("--explain of transitivity: 2 × 2 samples in 6 parts of the model"));
  EXPECT_THAT(std::string(refused.message()), HasSubstr("name fewer desiderata"));
}

}  // namespace
}  // namespace eif
