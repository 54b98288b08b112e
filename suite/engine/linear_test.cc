#include "suite/engine/linear.h"

#include <ATen/core/grad_mode.h>
#include <gmock/gmock.h>

#include <cmath>

#include "absl/strings/str_cat.h"
#include "suite/engine/monitor_for_test.h"
#include "suite/engine/test_models.h"

namespace eif {
namespace {

using ::testing::Each;
using ::testing::HasSubstr;

Matrix measure(Model& model, const std::vector<Sample>& samples, const TrainingOptions& options,
               const WorkLimits& limits = {}) {
  const absl::StatusOr<Matrix> matrix =
      LinearEngine(limits).influence(model, samples, samples, options, unwatched());
  EXPECT_TRUE(matrix.ok()) << matrix.status();
  return *matrix;
}

// Counts the passes with gradients, and those without.
class CountingModel final : public LinearClassifier {
 public:
  CountingModel() : LinearClassifier(/*seed=*/1) {}
  absl::StatusOr<Losses> loss(Weights& weights, const Batch& batch) const override {
    ++(at::GradMode::is_enabled() ? recordings : other_passes);
    return LinearClassifier::loss(weights, batch);
  }
  mutable int recordings = 0, other_passes = 0;
};

TEST(LinearEngine, SaysHowOftenItRecordedWhatDidNotFit) {
  CountingModel model;
  const std::vector<Sample> samples = random_images(3, 2);
  MonitorForTest monitor;
  ASSERT_TRUE(LinearEngine().influence(model, samples, samples, {.learning_rate = 0.5}, monitor).ok());
  EXPECT_THAT(monitor.announcements, testing::IsEmpty());
  model.recordings = 0;
  ASSERT_TRUE(LinearEngine({.rows = 1})
                  .influence(model, samples, samples, {.learning_rate = 0.5}, monitor)
                  .ok());
  EXPECT_GT(model.recordings, 3);
  EXPECT_THAT(monitor.announcements,
              testing::ElementsAre(HasSubstr(absl::StrCat("there were ", model.recordings, " recordings"))));
}

TEST(LinearEngine, OfSoftmaxRegressionIsWhatOneWritesDownByHand) {
  LinearClassifier model(1);
  const std::vector<Sample> samples = random_images(5, 2);
  std::vector<at::Tensor> inputs, residuals;  // the gradient is residual · inputᵀ, and residual
  for (const Sample& sample : samples) {
    const auto& labelled = std::get<LabelledImage>(sample.statements[0]);
    const at::Tensor x =
        at::tensor(labelled.image.pixels, at::kDouble) + model.parameters()[2].value;
    at::Tensor residual =
        at::softmax(at::mv(model.parameters()[0].value, x) + model.parameters()[1].value, 0);
    residual[labelled.label] -= 1;
    inputs.push_back(x);
    residuals.push_back(residual);
  }
  const Matrix matrix = measure(model, samples, {.learning_rate = 0.5});
  for (size_t i = 0; i < samples.size(); ++i) {
    for (size_t j = 0; j < samples.size(); ++j) {
      const double product = (inputs[i].dot(inputs[j]).item<double>() + 1) *
                             residuals[i].dot(residuals[j]).item<double>();
      // Float64 sums of ten terms of order 1.
      EXPECT_NEAR(matrix.at(i, j), 0.5 * product, 1e-13) << i << " " << j;
    }
  }
}

TEST(LinearEngine, LearningRateZeroGivesExactlyZero) {
  LinearClassifier model(1);
  const Matrix matrix = measure(model, random_images(5, 2), {.learning_rate = 0});
  EXPECT_THAT(matrix.values(), Each(0.0));
}

TEST(LinearEngine, RecordsEachStatementOnceWhereMemoryHoldsThem) {
  CountingModel model;
  std::vector<Sample> samples = random_images(7, 2);
  samples.push_back({"both", {samples[0].statements[0], samples[3].statements[0]}});
  measure(model, samples, {.learning_rate = 0.1}, {.rows = 100});
  EXPECT_EQ(model.recordings, 1);
  EXPECT_EQ(model.other_passes, 0);  // base losses are those of the recording
}

TEST(LinearEngine, ABlockStartsWithTheBatchThatPassedByLast) {
  CountingModel model;
  measure(model, random_images(7, 2), {.learning_rate = 0.1}, {.rows = 1});
  // One stays and the others pass by: 1 + 6, then 5, 4, 3, 2 and 1, each beside the one still
  // there.
  EXPECT_EQ(model.recordings, 22);
}

TEST(LinearEngine, LittleMemoryChangesNoCell) {
  CountingModel model;
  const std::vector<Sample> samples = random_images(7, 2);
  const Matrix whole = measure(model, samples, {.learning_rate = 0.1});
  EXPECT_EQ(model.recordings, 1);
  model.recordings = 0;
  const Matrix parts = measure(model, samples, {.learning_rate = 0.1}, {.memory_bytes = 1});
  EXPECT_EQ(model.recordings, 22);  // as where one stays
  for (size_t i = 0; i < samples.size(); ++i) {
    for (size_t j = 0; j < samples.size(); ++j) {
      // The order of float64 sums of terms of order 1.
      EXPECT_NEAR(parts.at(i, j), whole.at(i, j), 1e-14) << i << " " << j;
    }
  }
}

TEST(LinearEngine, RefusesAStepThatIsNotLinear) {
  LinearClassifier model(1);
  const std::vector<Sample> samples = random_images(2, 2);
  const absl::Status refused =
      LinearEngine()
          .influence(model, samples, samples,
                     {.optimizer = Optimizer::kAdamW, .learning_rate = 0.1}, unwatched())
          .status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(refused.message()), HasSubstr("use --engine dense"));
}

TEST(LinearEngine, RefusesSeveralPasses) {
  LinearClassifier model(1);
  const std::vector<Sample> samples = random_images(2, 2);
  WantedCells wanted = all_cells(samples, samples);
  wanted.passes = {1, 2};
  EXPECT_THAT(std::string(LinearEngine()
                              .measure(model, wanted, {.learning_rate = 0.5}, unwatched())
                              .status()
                              .message()),
              HasSubstr("what is learned in several passes is not"));
}

TEST(LinearEngine, ASampleThatCannotBeMeasuredLeavesTheOthersAlone) {
  LinearClassifier model(1);
  std::vector<Sample> samples = random_images(3, 2);
  const Matrix whole = measure(model, samples, {.learning_rate = 0.1});
  samples.insert(samples.begin() + 1, {"words", {Statement("only words")}});
  const Matrix matrix = measure(model, samples, {.learning_rate = 0.1});
  EXPECT_EQ(matrix.row_errors()[1], "only images");
  EXPECT_EQ(matrix.column_errors()[1], "only images");
  EXPECT_TRUE(std::isnan(matrix.at(1, 0)));
  EXPECT_TRUE(std::isnan(matrix.at(0, 1)));
  EXPECT_TRUE(matrix.row_errors()[0].empty());
  // The order of four-term sums.
  EXPECT_NEAR(matrix.at("image0", "image2"), whole.at("image0", "image2"), 1e-15);
}

TEST(LinearEngine, AProductThatOverflowsIsNamed) {
  LinearClassifier model(1);
  const Matrix matrix = measure(model, random_images(2, 2), {.learning_rate = 1e308});
  EXPECT_THAT(matrix.row_errors()[0],
              HasSubstr("the product of its gradient with that of image0 is not finite"));
}

TEST(LinearEngine, StoppingCancels) {
  LinearClassifier model(1);
  const std::vector<Sample> samples = random_images(5, 2);
  MonitorForTest monitor(/*stop_at=*/2);
  const absl::StatusOr<Matrix> matrix =
      LinearEngine({.rows = 1}).influence(model, samples, samples, {.learning_rate = 1}, monitor);
  EXPECT_EQ(matrix.status().code(), absl::StatusCode::kCancelled);
  EXPECT_GE(monitor.done, 2u);
}

TEST(LinearEngine, EveryRowIsReportedDoneOnce) {
  LinearClassifier model(1);
  const std::vector<Sample> samples = random_images(5, 2);
  MonitorForTest monitor;
  ASSERT_TRUE(LinearEngine({.rows = 2})
                  .influence(model, samples, samples, {.learning_rate = 1}, monitor)
                  .ok());
  EXPECT_EQ(monitor.done, 5u);
}

}  // namespace
}  // namespace eif
