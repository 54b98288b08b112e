#include "suite/engine/noise_floor.h"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

#include "suite/engine/test_models.h"

namespace eif {
namespace {

constexpr double kPerNeighbour = 1.0 / 1024;

// A loss that is larger by kPerNeighbour for each statement in the same batch.
class BatchDependentModel final : public LinearClassifier {
 public:
  BatchDependentModel() : LinearClassifier(/*seed=*/1) {}
  absl::StatusOr<Losses> loss(Weights& weights, const Batch& batch) const override {
    absl::StatusOr<Losses> losses = LinearClassifier::loss(weights, batch);
    losses->nll = losses->nll + kPerNeighbour * static_cast<double>(losses->nll.size(1));
    return losses;
  }
};

TEST(NoiseFloor, IsTheSpreadOfALossOverBatches) {
  BatchDependentModel model;
  const absl::StatusOr<double> floor = noise_floor(model, random_images(6, 2));
  ASSERT_TRUE(floor.ok()) << floor.status();
  EXPECT_NEAR(*floor, 5 * kPerNeighbour, 1e-12);  // alone, and with five others
}

// 2e-16 times some tens of sums of numbers of the order of 1.
TEST(NoiseFloor, OfFloat64IsItsRounding) {
  LinearClassifier model(1);
  const absl::StatusOr<double> floor = noise_floor(model, random_images(6, 2));
  ASSERT_TRUE(floor.ok()) << floor.status();
  EXPECT_LT(*floor, 1e-13);
}

// A loss that is 2 whatever the batch.
class SteadyModel final : public LinearClassifier {
 public:
  SteadyModel() : LinearClassifier(/*seed=*/1) {}
  absl::StatusOr<Losses> loss(Weights& weights, const Batch& batch) const override {
    absl::StatusOr<Losses> losses = LinearClassifier::loss(weights, batch);
    losses->nll = losses->nll * 0 + 2;
    return losses;
  }
};

TEST(NoiseFloor, IsAtLeastTheLastBitOfALoss) {
  SteadyModel model;
  const std::vector<Sample> samples = random_images(4, /*seed=*/2);
  EXPECT_EQ(noise_floor(model, samples).value(), 2 * std::numeric_limits<double>::epsilon());
}

TEST(NoiseFloor, LeavesOutWhatCannotBeEvaluated) {
  BatchDependentModel model;
  std::vector<Sample> samples = random_images(3, 2);
  samples.push_back({"text", {"a text"}});
  const absl::StatusOr<double> floor = noise_floor(model, samples);
  ASSERT_TRUE(floor.ok()) << floor.status();
  EXPECT_NEAR(*floor, 2 * kPerNeighbour, 1e-12);
}

TEST(NoiseFloor, IsUnknownWhereNothingCanBeEvaluated) {
  LinearClassifier model(1);
  const absl::Status status = noise_floor(model, {{"text", {"a text"}}}).status();
  EXPECT_EQ(status, absl::FailedPreconditionError("no sample can be evaluated"));
}

}  // namespace
}  // namespace eif
