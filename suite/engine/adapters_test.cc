// What conformance tests do not see: how the work is done, and what is refused.
#include "suite/engine/adapters.h"

#include <ATen/core/grad_mode.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "suite/engine/dense.h"
#include "suite/engine/test_models.h"

namespace eif {
namespace {

using ::testing::Each;

const TrainingOptions kAdamW{.optimizer = Optimizer::kAdamW,
                             .learning_rate = 0.01,
                             .epochs = 3,
                             .adapter = Adapter::kLora,
                             .lora = {.rank = 2, .alpha = 3}};

// Counts forward passes with gradients and the rows in them.
class CountingReader final : public SmallReader {
 public:
  CountingReader() : SmallReader(/*seed=*/1) {}
  absl::StatusOr<Losses> loss(Weights& weights, const Batch& batch) const override {
    if (at::GradMode::is_enabled()) {
      ++steps;
      rows += std::get<TokenBatch>(batch).ids.size(0);
    }
    return SmallReader::loss(weights, batch);
  }
  mutable int steps = 0;
  mutable int64_t rows = 0;
};

Matrix measure(const Engine& engine, Model& model, const std::vector<Sample>& samples,
               const TrainingOptions& options) {
  const absl::StatusOr<Matrix> matrix =
      engine.influence(model, samples, samples, options, unwatched());
  EXPECT_TRUE(matrix.ok()) << matrix.status();
  return *matrix;
}

TEST(AdaptersEngine, RowsTakeTheirStepsTogetherAsLongAsTheyHaveSome) {
  CountingReader model;
  // Four texts of one statement, and one of two; three epochs.
  measure(AdaptersEngine(), model, digit_texts(), kAdamW);
  EXPECT_EQ(model.steps, 6);
  EXPECT_EQ(model.rows, 5 * 3 + 3);
}

TEST(AdaptersEngine, HowManyRowsAreTrainedAtOnceDoesNotMatter) {
  SmallReader model(1);
  const Matrix dense = measure(DenseEngine(), model, digit_texts(), kAdamW);
  for (const int64_t rows : {1, 2, 100}) {
    const Matrix some = measure(AdaptersEngine({.rows = rows}), model, digit_texts(), kAdamW);
    for (size_t i = 0; i < some.values().size(); ++i) {
      // Float64, cells of up to 1.
      EXPECT_NEAR(some.values()[i], dense.values()[i], 1e-12) << rows;
    }
  }
}

TEST(AdaptersEngine, TheSeedOfTheStartMattersAndLearningRateZeroGivesExactlyZero) {
  SmallReader model(1);
  TrainingOptions other = kAdamW;
  other.lora.seed = 1;
  EXPECT_NE(measure(AdaptersEngine(), model, digit_texts(), kAdamW).values(),
            measure(AdaptersEngine(), model, digit_texts(), other).values());
  other.learning_rate = 0;
  EXPECT_THAT(measure(AdaptersEngine(), model, digit_texts(), other).values(), Each(0.0));
  EXPECT_THAT(measure(DenseEngine(), model, digit_texts(), other).values(), Each(0.0));
}

TEST(AdaptersEngine, ASampleThatCannotBeMeasuredLeavesTheOthersAlone) {
  SmallReader model(1);
  std::vector<Sample> samples = digit_texts();
  const Matrix whole = measure(AdaptersEngine(), model, samples, kAdamW);
  samples.insert(samples.begin(), {"too long", {"1234567123456"}});
  const Matrix matrix = measure(AdaptersEngine(), model, samples, kAdamW);
  EXPECT_EQ(matrix.row_errors()[0], "the text is too long");
  EXPECT_NEAR(matrix.at("short", "long"), whole.at("short", "long"), 1e-12);
  samples = {samples.front()};
  EXPECT_EQ(measure(AdaptersEngine(), model, samples, kAdamW).row_errors()[0],
            "the text is too long");
}

class StopsAfter final : public Monitor {
 public:
  explicit StopsAfter(int calls) : calls_(calls) {}
  bool stopping() override { return --calls_ < 0; }

 private:
  int calls_;
};

TEST(AdaptersEngine, StopsBetweenSteps) {
  CountingReader model;
  // It asks before rows are trained, and before each of their steps.
  StopsAfter monitor(3);
  const absl::StatusOr<Matrix> matrix =
      AdaptersEngine().influence(model, digit_texts(), digit_texts(), kAdamW, monitor);
  EXPECT_EQ(matrix.status().code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(model.steps, 2);
}

TEST(AdaptersEngine, AtManyRatesIsWhatItIsAtEach) {
  SmallReader model(1);
  const std::vector<double> rates = {1e-3, 0, 1e-2};
  const absl::StatusOr<std::vector<Matrix>> matrices = AdaptersEngine().measure_at(
      model, all_cells(digit_texts(), digit_texts()), kAdamW, rates, unwatched());
  ASSERT_TRUE(matrices.ok()) << matrices.status();
  for (size_t k = 0; k < rates.size(); ++k) {
    TrainingOptions at_rate = kAdamW;
    at_rate.learning_rate = rates[k];
    EXPECT_EQ((*matrices)[k].values(),
              measure(AdaptersEngine(), model, digit_texts(), at_rate).values());
  }
}

}  // namespace
}  // namespace eif
