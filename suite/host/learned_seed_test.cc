#include "suite/host/learned_seed.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "suite/engine/monitor_for_test.h"
#include "suite/engine/test_models.h"
#include "suite/host/fakes_for_test.h"

namespace eif {
namespace {

using ::testing::ElementsAre;
using ::testing::Key;

constexpr double kShare = 0.9;

// The share that a sample has learned after each pass is said by its label; later ones are the
// last. The loss of a sample is 1 before.
class ScriptedEngine final : public Engine {
 public:
  explicit ScriptedEngine(std::map<int, std::vector<double>> shares) : shares_(std::move(shares)) {}

  absl::StatusOr<Matrix> measure(Model&, const WantedCells& wanted, const TrainingOptions&,
                                 Monitor&) const override {
    ++calls;
    Matrix matrix(ids_of(wanted.trained), ids_of(wanted.evaluated));
    std::fill(matrix.base().begin(), matrix.base().end(), 1.0);
    for (const CellBlock& block : wanted.blocks) {
      for (const size_t row : block.rows) {
        const std::vector<double>& shares = shares_.at(label_of(wanted.trained[row]));
        const size_t passes = std::min(static_cast<size_t>(wanted.passes[row]), shares.size());
        for (const size_t column : block.columns) matrix.at(row, column) = shares[passes - 1];
      }
    }
    return matrix;
  }

  mutable int calls = 0;

 private:
  std::map<int, std::vector<double>> shares_;
};

// One comparison of two samples, each with itself.
class LearnedSeedTest : public ::testing::Test {
 protected:
  LearnedSeedTest() {
    Request request;
    request.name = "matrix";
    request.trained = request.evaluated = labels({1, 2});
    requests_.push_back(hashed(request));
    compared_["effect"] = {requests_[0].trained.begin(), requests_[0].trained.end()};
  }

  LearnedAnswers measure(const ScriptedEngine& engine, int max_passes = 32) {
    LinearClassifier model(1);
    Measurement influence;
    EXPECT_TRUE(influence.add(requests_[0]).ok());
    const LearnedRecipe recipe{.shares = {kShare}, .max_passes = max_passes};
    const auto answers = measure_learned(model, engine, recipe, {{requests_, compared_}}, influence,
                                         Measurement(), unwatched());
    EXPECT_TRUE(answers.ok()) << answers.status();
    return answers->at(kShare).at(0);
  }

  LearnedEffect effect_in(const LearnedAnswers& answers) const {
    const auto score = [](const Answers& matrices) -> absl::StatusOr<Scores> {
      const Matrix& matrix = matrices.at("matrix");
      return Scores{.effects = {{"effect", matrix.at(0, 0) - matrix.at(1, 1)}}};
    };
    const absl::StatusOr<LearnedScores> scores =
        learned_scores(requests_, answers, compared_, kShare, score);
    EXPECT_TRUE(scores.ok()) << scores.status();
    return scores->effects.at("effect");
  }

  std::vector<HashedRequest> requests_;
  ComparedRows compared_;
};

TEST_F(LearnedSeedTest, RowsThatAreComparedTakeThePassesOfTheSlowest) {
  const ScriptedEngine engine({{1, {0.95, 0.96}}, {2, {0.5, 0.8, 0.91}}});
  const LearnedAnswers answers = measure(engine);
  EXPECT_THAT(answers, ElementsAre(Key(kOwnPasses), Key(3)));
  const LearnedEffect effect = effect_in(answers);
  EXPECT_EQ(effect.passes, 3);
  EXPECT_TRUE(effect.is_reached);
  EXPECT_EQ(engine.calls, 2);  // the curves, which have four passes at once, and the cells
}

TEST_F(LearnedSeedTest, WhereARowIsBelowTheDoseAgainAllGoOnUntilAllHaveIt) {
  const ScriptedEngine engine({{1, {0.95, 0.8, 0.85, 0.89, 0.93}}, {2, {0.3, 0.92}}});
  const LearnedAnswers answers = measure(engine);
  EXPECT_THAT(answers, ElementsAre(Key(kOwnPasses), Key(2), Key(5)));
  const LearnedEffect effect = effect_in(answers);
  EXPECT_EQ(effect.passes, 5);
  EXPECT_TRUE(effect.is_reached);
  EXPECT_DOUBLE_EQ(effect.smallest_share, 0.92);
  EXPECT_DOUBLE_EQ(effect.largest_share, 0.93);
  // Each row after its own passes is what it was.
  EXPECT_NEAR(effect.own, 0.95 - 0.92, 1e-15);
}

TEST_F(LearnedSeedTest, WhereTheyNeverHaveItTogetherThePassesOfTheSlowestStand) {
  const ScriptedEngine engine({{1, {0.95, 0.1}}, {2, {0.3, 0.92}}});
  const LearnedAnswers answers = measure(engine, 7);
  EXPECT_THAT(answers, ElementsAre(Key(kOwnPasses), Key(2)));
  const LearnedEffect effect = effect_in(answers);
  EXPECT_EQ(effect.passes, 2);
  EXPECT_FALSE(effect.is_reached);
  EXPECT_DOUBLE_EQ(effect.smallest_share, 0.1);
}

// It is used at the share that it has, and nothing would come of more passes.
TEST_F(LearnedSeedTest, ARowThatNeverArrivesTakesAllPasses) {
  const ScriptedEngine engine({{1, {0.95, 0.1}}, {2, {0.3, 0.5}}});
  const LearnedAnswers answers = measure(engine, 7);
  EXPECT_THAT(answers, ElementsAre(Key(kOwnPasses), Key(7)));
  EXPECT_FALSE(effect_in(answers).is_reached);
}

}  // namespace
}  // namespace eif
