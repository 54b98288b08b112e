#include "suite/engine/explain.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <string>
#include <vector>

#include "suite/engine/dense.h"
#include "suite/engine/monitor_for_test.h"
#include "suite/engine/test_models.h"

namespace eif {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Float64 sums of some hundred terms of the order of 1.
constexpr double kExact = 1e-11;

const TrainingOptions kTraining = {
    .learning_rate = 0.01, .momentum = 0.5, .weight_decay = 0.1, .epochs = 2};

// A reader with the names of a model that has layers.
class LayeredReader final : public SmallReader {
 public:
  LayeredReader() : SmallReader(1) {
    const std::vector<std::string> names = {"table",
                                            "gain",
                                            "layers.0.in.weight",
                                            "layers.1.in.weight",
                                            "layers.1.bias",
                                            "layers.0.out.weight"};
    for (size_t i = 0; i < names.size(); ++i) parameters()[i].name = names[i];
  }
};

Explanation explained(Model& model, const std::vector<Sample>& trained,
                      const std::vector<Sample>& evaluated, const TrainingOptions& options) {
  absl::StatusOr<Explanation> explanation =
      explain(model, all_cells(trained, evaluated), options, {}, unwatched());
  EXPECT_TRUE(explanation.ok()) << explanation.status();
  return *std::move(explanation);
}

std::vector<std::string> names_of(const std::vector<InfluenceShare>& shares) {
  std::vector<std::string> names;
  for (const InfluenceShare& share : shares) names.push_back(share.name);
  return names;
}

void expect_equal(const Matrix& found, const Matrix& expected) {
  ASSERT_EQ(found.values().size(), expected.values().size());
  for (size_t i = 0; i < found.values().size(); ++i) {
    EXPECT_NEAR(found.values()[i], expected.values()[i], kExact);
  }
}

// Each share is what remains where only its parameters learn.
TEST(Explain, LayersAndKindsAreSharesOfTheFirstOrder) {
  LayeredReader model;
  const std::vector<Sample> texts = digit_texts();
  const Explanation why = explained(model, texts, texts, kTraining);
  const auto first_order = [&](std::vector<std::string> train_only) {
    TrainingOptions options = kTraining;
    options.train_only = std::move(train_only);
    return LinearEngine().influence(model, texts, texts, options, unwatched()).value();
  };
  expect_equal(why.first_order, first_order({}));
  ASSERT_THAT(names_of(why.layers), ElementsAre("", "0", "1"));
  expect_equal(why.layers[0].influence, first_order({"table", "gain"}));
  expect_equal(why.layers[1].influence, first_order({"layers.0.*"}));
  expect_equal(why.layers[2].influence, first_order({"layers.1.*"}));
  ASSERT_THAT(names_of(why.kinds), ElementsAre("table", "gain", "in.weight", "bias", "out.weight"));
  expect_equal(why.kinds[0].influence, first_order({"table"}));
  expect_equal(why.kinds[2].influence, first_order({"layers.*.in.weight"}));
  expect_equal(why.kinds[4].influence, first_order({"layers.0.out.weight"}));
}

TEST(Explain, WhatDoesNotLearnCarriesNothing) {
  LayeredReader model;
  const std::vector<Sample> texts = digit_texts();
  TrainingOptions options = kTraining;
  options.freeze = {"gain", "table"};
  const Explanation why = explained(model, texts, texts, options);
  for (const double cell : why.layers[0].influence.values()) EXPECT_EQ(cell, 0);
  for (const double cell : why.kinds[3].influence.values()) EXPECT_NE(cell, 0);
}

// The loss of a token is what it adds to the sum of those before it, by an engine that changes
// weights.
TEST(Explain, TokensHaveWhatTheyAddToTheirText) {
  SmallReader model(1);
  const std::vector<Sample> trained = {{"a", {"1234"}}, {"b", {"33", "451"}}};
  const std::string text = "1226";
  const Explanation why = explained(model, trained, {{"text", {text}}}, kTraining);
  std::vector<Sample> beginnings;
  for (size_t length = 2; length <= text.size(); ++length) {
    beginnings.push_back({text.substr(0, length), {text.substr(0, length)}});
  }
  const Matrix dense =
      DenseEngine().influence(model, trained, beginnings, kTraining, unwatched()).value();
  ASSERT_EQ(why.tokens.size(), 3u);
  for (size_t token = 0; token < 3; ++token) {
    EXPECT_EQ(why.tokens[token].column, 0u);
    EXPECT_EQ(why.tokens[token].position, static_cast<int64_t>(token) + 1);
    EXPECT_EQ(why.tokens[token].id, text[token + 1] - '0');
    const auto sum_up_to = [&](const auto& mean_of, size_t count) {
      return count == 0 ? 0.0 : mean_of(count - 1) * static_cast<double>(count);
    };
    const auto base = [&](size_t column) { return dense.base()[column]; };
    EXPECT_NEAR(why.token_influence.base()[token],
                sum_up_to(base, token + 1) - sum_up_to(base, token), kExact);
    for (size_t row = 0; row < trained.size(); ++row) {
      const auto cell = [&](size_t column) { return dense.at(row, column); };
      EXPECT_NEAR(why.token_influence.at(row, token),
                  sum_up_to(cell, token + 1) - sum_up_to(cell, token), kExact);
    }
  }
}

TEST(Explain, TheMeanOverTheTokensOfASampleIsItsCell) {
  SmallReader model(1);
  std::vector<Sample> texts = digit_texts();
  const Explanation why = explained(model, texts, texts, kTraining);
  const Matrix cells = DenseEngine().influence(model, texts, texts, kTraining, unwatched()).value();
  for (size_t row = 0; row < texts.size(); ++row) {
    for (size_t column = 0; column < texts.size(); ++column) {
      double sum = 0, count = 0;
      for (size_t token = 0; token < why.tokens.size(); ++token) {
        if (why.tokens[token].column != column) continue;
        sum += why.token_influence.at(row, token);
        ++count;
      }
      EXPECT_NEAR(sum / count, cells.at(row, column), kExact);
    }
  }
  EXPECT_EQ(why.tokens.back().statement, 1u);  // of "twice"
}

TEST(Explain, OnlyTheCellsThatAreWanted) {
  SmallReader model(1);
  const std::vector<Sample> texts = digit_texts();
  WantedCells wanted = all_cells(texts, texts);
  wanted.blocks = {{{1}, {0, 2}}};
  const Explanation why = explain(model, wanted, kTraining, {}, unwatched()).value();
  const Matrix whole = explained(model, texts, texts, kTraining).token_influence;
  for (size_t row = 0; row < texts.size(); ++row) {
    for (size_t token = 0; token < why.tokens.size(); ++token) {
      const size_t column = why.tokens[token].column;
      if (row == 1 && (column == 0 || column == 2)) {
        EXPECT_NEAR(why.token_influence.at(row, token), whole.at(row, token), kExact);
      } else {
        EXPECT_TRUE(std::isnan(why.token_influence.at(row, token)));
      }
    }
  }
}

TEST(Explain, WhatCannotBeReadHasNoTokens) {
  SmallReader model(1);
  const std::vector<Sample> texts = {{"too long", {"1111111111111"}}, {"short", {"12"}}};
  const Explanation why = explained(model, {texts[1]}, texts, kTraining);
  ASSERT_EQ(why.tokens.size(), 1u);
  EXPECT_EQ(why.tokens[0].column, 1u);
  EXPECT_EQ(why.first_order.column_errors()[0], "the text is too long");
}

TEST(Explain, ImagesHaveNoTokens) {
  LinearClassifier model(1);
  const std::vector<Sample> images = random_images(3, 2);
  const Explanation why = explained(model, images, images, {.learning_rate = 0.01});
  EXPECT_THAT(why.tokens, IsEmpty());
  EXPECT_THAT(names_of(why.kinds), ElementsAre("weight", "bias"));
}

TEST(Explain, StepsThatAreNotLinearAreRefused) {
  SmallReader model(1);
  const std::vector<Sample> texts = digit_texts();
  EXPECT_EQ(
      explain(model, all_cells(texts, texts), {.optimizer = Optimizer::kAdamW}, {}, unwatched())
          .status()
          .code(),
      absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace eif
