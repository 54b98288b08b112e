#include "suite/host/base_features.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "eif/losses.h"
#include "suite/engine/monitor_for_test.h"
#include "suite/host/fakes_for_test.h"

namespace eif {
namespace {

using ::testing::ElementsAre;

// A cosine of vectors of two components, each rounded a few times.
constexpr double kRounding = 1e-15;

// Reads letters. The last hidden state of "a" is (1, 0), of "b" (0, 1); a "^" that stands in front
// of every text, unless it is left out, is far from both.
class LetterModel final : public Model {
 public:
  explicit LetterModel(bool has_begin = true) : has_begin_(has_begin) {}
  const ModelInfo& info() const override { return info_; }
  std::vector<Parameter>& parameters() override { return parameters_; }
  absl::StatusOr<Example> encode(const Statement& statement,
                                 const std::vector<Statement>&) const override {
    TextExample example{.first_scored = 1, .first_of_statement = has_begin_ ? 1 : 0};
    if (has_begin_) example.ids.push_back(kBegin);
    for (const char letter : std::get<std::string>(statement)) example.ids.push_back(letter - 'a');
    return example;
  }
  absl::StatusOr<Losses> loss(Weights&, const Batch&) const override {
    return absl::UnimplementedError("distances need no loss");
  }
  absl::StatusOr<at::Tensor> features(Weights&, const Batch& batch) const override {
    const auto& tokens = std::get<TokenBatch>(batch);
    const at::Tensor states = at::tensor({1.0, 0.0, 0.0, 1.0, 100.0, -7.0}).view({3, 2});
    return mean_by_statement(at::embedding(states.to(at::kDouble), tokens.ids), tokens);
  }

 private:
  static constexpr int64_t kBegin = 2;
  bool has_begin_;
  ModelInfo info_{.name = "letters", .modality = Modality::kText};
  std::vector<Parameter> parameters_ = {{"weight", at::zeros({1})}};
};

Matrix distances(Model& model, const std::vector<Sample>& trained,
                 const std::vector<Sample>& evaluated) {
  const absl::StatusOr<Matrix> matrix = base_distances(model, trained, evaluated, unwatched());
  EXPECT_TRUE(matrix.ok()) << matrix.status();
  return matrix.ok() ? *matrix : Matrix();
}

TEST(BaseDistances, AreOneMinusTheCosineOfTheEmbeddings) {
  FakeModel model("fake");
  const Matrix matrix = distances(model, labels({0, 1}), labels({1, 0, 3}));
  EXPECT_THAT(matrix.trained_ids(), ElementsAre("0", "1"));
  EXPECT_THAT(matrix.evaluated_ids(), ElementsAre("1", "0", "3"));
  // (1, 0) and (1, 1); (1, 0) and (1, 3); (1, 1) and (1, 3).
  EXPECT_NEAR(matrix.at(0, 0), 1 - 1 / std::sqrt(2), kRounding);
  EXPECT_NEAR(matrix.at(0, 1), 0, kRounding);
  EXPECT_NEAR(matrix.at(0, 2), 1 - 1 / std::sqrt(10), kRounding);
  EXPECT_NEAR(matrix.at(1, 2), 1 - 4 / std::sqrt(20), kRounding);
  EXPECT_TRUE(std::isnan(matrix.base()[0]));
}

TEST(BaseDistances, ATextIsTheMeanOfItsOwnTokensTheLastIncluded) {
  LetterModel model;
  const std::vector<Sample> texts = {{"a", {"a"}}, {"ab", {"ab"}}, {"abb", {"abb"}}};
  const Matrix matrix = distances(model, texts, texts);
  EXPECT_NEAR(matrix.at("a", "a"), 0, kRounding);
  EXPECT_NEAR(matrix.at("a", "ab"), 1 - 1 / std::sqrt(2), kRounding);
  EXPECT_NEAR(matrix.at("a", "abb"), 1 - 1 / std::sqrt(5), kRounding);
  EXPECT_EQ(matrix.at("a", "abb"), matrix.at("abb", "a"));
}

TEST(BaseDistances, StatementsOfASampleWeighAsManyTokensAsTheyHave) {
  LetterModel model;
  const Matrix matrix =
      distances(model, {{"three", {"a", "bb"}}}, {{"one", {"abb"}}, {"other", {"b"}}});
  EXPECT_NEAR(matrix.at(0, 0), 0, kRounding);
  EXPECT_NEAR(matrix.at(0, 1), 1 - 2 / std::sqrt(5), kRounding);
}

TEST(BaseDistances, ASampleThatCannotBeEmbeddedLeavesTheOthers) {
  FakeModel model("fake");
  const Matrix matrix = distances(model, labels({-1, 0}), labels({0, -2}));
  EXPECT_THAT(matrix.row_errors(), ElementsAre("cannot embed -1", ""));
  EXPECT_THAT(matrix.column_errors(), ElementsAre("", "cannot embed -2"));
  EXPECT_NEAR(matrix.at("0", "0"), 0, kRounding);
  EXPECT_TRUE(std::isnan(matrix.at("0", "-2")));
  EXPECT_TRUE(std::isnan(matrix.at("-1", "0")));
}

TEST(BaseDistances, ASampleWithoutTokensOrStatementsSaysSo) {
  LetterModel model;
  const Matrix matrix = distances(model, {{"blank", {""}}, {"none", {}}}, {{"a", {"a"}}});
  EXPECT_THAT(matrix.row_errors(),
              ElementsAre("a statement has no token", "the sample has no statement"));
}

// A text without a token, not even one in front.
TEST(BaseDistances, ASampleOfWhichNothingIsEncodedSaysSo) {
  LetterModel model(/*has_begin=*/false);
  const Matrix matrix = distances(model, {{"blank", {""}}, {"one", {"a"}}}, {{"a", {"a"}}});
  EXPECT_THAT(matrix.row_errors(), ElementsAre("a statement has no token", ""));
  EXPECT_NEAR(matrix.at("one", "a"), 0, kRounding);
}

// As a backend that was written before there were embeddings.
class ModelWithoutFeatures : public Model {
 public:
  const ModelInfo& info() const override { return fake_.info(); }
  std::vector<Parameter>& parameters() override { return fake_.parameters(); }
  absl::StatusOr<Example> encode(const Statement& statement,
                                 const std::vector<Statement>& context) const override {
    return fake_.encode(statement, context);
  }
  absl::StatusOr<Losses> loss(Weights& weights, const Batch& batch) const override {
    return fake_.loss(weights, batch);
  }

 private:
  FakeModel fake_{"old model"};
};

// A model whose embeddings are given.
class GivenModel final : public ModelWithoutFeatures {
 public:
  explicit GivenModel(double value) : value_(value) {}
  absl::StatusOr<at::Tensor> features(Weights&, const Batch&) const override {
    return at::full({1, 1, 2}, value_, at::kDouble);
  }

 private:
  double value_;
};

TEST(BaseDistances, AnEmbeddingWithoutDirectionSaysSo) {
  for (const double value : {0.0, std::nan("")}) {
    GivenModel model(value);
    EXPECT_THAT(distances(model, labels({1}), labels({2})).row_errors(),
                ElementsAre("its embedding has no direction: it is zero or not finite"));
  }
}

TEST(BaseDistances, AModelWithoutEmbeddingsIsTheReasonOfEverySample) {
  ModelWithoutFeatures model;
  EXPECT_THAT(distances(model, labels({1}), labels({2})).column_errors(),
              ElementsAre("old model has no embeddings of its samples"));
}

TEST(BaseDistances, StopWhenAsked) {
  FakeModel model("fake");
  MonitorForTest monitor(/*stop_at=*/0);
  EXPECT_EQ(base_distances(model, labels({1}), labels({2}), monitor).status(),
            absl::CancelledError("interrupted"));
}

}  // namespace
}  // namespace eif
