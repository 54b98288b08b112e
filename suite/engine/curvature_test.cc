#include "suite/engine/curvature.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "suite/engine/dense.h"
#include "suite/engine/test_models.h"

namespace eif {
namespace {

using ::testing::HasSubstr;

// Float64; a loss is a sum of some tens of numbers of the order of 1.
constexpr double kExact = 1e-12;

std::vector<double> dense_self_influences(Model& model, const std::vector<Sample>& samples,
                                          double rate) {
  const absl::StatusOr<Matrix> matrix =
      DenseEngine().influence(model, samples, samples, {.learning_rate = rate}, unwatched());
  EXPECT_TRUE(matrix.ok()) << matrix.status();
  std::vector<double> diagonal;
  for (size_t i = 0; i < samples.size(); ++i) diagonal.push_back(matrix->at(i, i));
  return diagonal;
}

TEST(SelfCurvature, IsTheMedianOfWhatHalfTheRateLacks) {
  LinearClassifier model(1);
  const std::vector<Sample> samples = random_images(5, 2);
  const std::vector<double> whole = dense_self_influences(model, samples, 0.5);
  const std::vector<double> half = dense_self_influences(model, samples, 0.25);
  std::vector<double> curvatures;
  for (size_t i = 0; i < 5; ++i) curvatures.push_back(std::abs(1 - 2 * half[i] / whole[i]));
  std::sort(curvatures.begin(), curvatures.end());
  const absl::StatusOr<double> found = self_curvature(model, samples, {.learning_rate = 0.5});
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_NEAR(*found, curvatures[2], kExact);
  EXPECT_GT(*found, 0.01);  // at this rate there is some
}

// The second term of EIF = aη − bη² is lost in proportion to η.
TEST(SelfCurvature, VanishesWithTheRate) {
  LinearClassifier model(1);
  const std::vector<Sample> samples = random_images(5, 2);
  const absl::StatusOr<double> low = self_curvature(model, samples, {.learning_rate = 1e-4});
  const absl::StatusOr<double> high = self_curvature(model, samples, {.learning_rate = 1e-3});
  ASSERT_TRUE(low.ok() && high.ok());
  EXPECT_LT(*low, 1e-3);
  EXPECT_NEAR(*high / *low, 10, 0.1);
}

TEST(SelfCurvature, OfSeveralEpochsIsOfARecordingForEachRate) {
  LinearClassifier model(1);
  const std::vector<Sample> samples = random_images(3, 2);
  const double rates[] = {0.5, 0.25};
  const absl::StatusOr<at::Tensor> found =
      self_influences_at(model, samples, {.epochs = 3, .freeze = {"bias"}}, rates);
  ASSERT_TRUE(found.ok()) << found.status();
  for (int64_t k = 0; k < 2; ++k) {
    const absl::StatusOr<Matrix> dense = DenseEngine().influence(
        model, samples, samples, {.learning_rate = rates[k], .epochs = 3, .freeze = {"bias"}},
        unwatched());
    ASSERT_TRUE(dense.ok()) << dense.status();
    for (size_t i = 0; i < samples.size(); ++i) {
      EXPECT_NEAR((*found)[k][static_cast<int64_t>(i)].item<double>(), dense->at(i, i), kExact);
    }
  }
}

TEST(SelfCurvature, IsUnknownWhereNothingIsLearned) {
  LinearClassifier model(1);
  const absl::Status status =
      self_curvature(model, random_images(2, 2), {.learning_rate = 0}).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(status.message(), "no sample influences itself at the learning rate 0");
}

void expect_refused(const std::vector<Sample>& samples, const TrainingOptions& options,
                    const std::string& message) {
  LinearClassifier model(1);
  const absl::Status status = self_curvature(model, samples, options).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr(message));
}

TEST(SelfCurvature, RefusesWhatOneRecordingCannotTell) {
  std::vector<Sample> samples = random_images(2, 2);
  expect_refused(samples, {.optimizer = Optimizer::kAdamW, .learning_rate = 0.5},
                 "AdamW's steps are not linear in the gradients");
  expect_refused(samples, {.learning_rate = 0.5, .adapter = Adapter::kLora},
                 "the steps of an adapter are not linear in the gradients");
  expect_refused({}, {.learning_rate = 0.5}, "there is no sample");
  samples[1].statements = {"a text"};
  expect_refused(samples, {.learning_rate = 0.5}, "sample image1: only images");
  samples[1].statements = {samples[0].statements[0], samples[0].statements[0]};
  expect_refused(samples, {.learning_rate = 0.5},
                 "sample image1: steps after the first depend on the learning rate; one statement "
                 "is expected");
}

}  // namespace
}  // namespace eif
