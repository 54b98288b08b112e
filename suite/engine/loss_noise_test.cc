#include "suite/engine/loss_noise.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "suite/engine/test_models.h"

namespace eif {
namespace {

// Losses that are 2, and a little more for each image that stands in the same batch: what rounding
// does, so large that it can be worked out.
class UnsteadyClassifier final : public LinearClassifier {
 public:
  explicit UnsteadyClassifier(double per_neighbour)
      : LinearClassifier(/*seed=*/1), per_neighbour_(per_neighbour) {}
  absl::StatusOr<Losses> loss(Weights&, const Batch& batch) const override {
    const at::Tensor labels = std::get<ImageBatch>(batch).labels;
    const auto neighbours = static_cast<double>(labels.size(1) - 1);
    return Losses{at::full_like(labels, 2 + per_neighbour_ * neighbours, at::kDouble),
                  at::ones_like(labels)};
  }

 private:
  double per_neighbour_;
};

TEST(LossNoise, IsWhatABatchMakesOfALoss) {
  UnsteadyClassifier model(0.25);
  EXPECT_EQ(loss_noise(model, random_images(4, /*seed=*/2)).value(), 0.75);
}

TEST(LossNoise, IsAtLeastTheLastBitOfALoss) {
  UnsteadyClassifier model(0);
  EXPECT_EQ(loss_noise(model, random_images(4, /*seed=*/2)).value(),
            2 * std::numeric_limits<double>::epsilon());
  model.parameters()[0].value = model.parameters()[0].value.to(at::kFloat);
  EXPECT_EQ(loss_noise(model, random_images(4, /*seed=*/2)).value(),
            2 * static_cast<double>(std::numeric_limits<float>::epsilon()));
}

TEST(LossNoise, LeavesOutWhatCannotBeMeasured) {
  UnsteadyClassifier model(0.25);
  std::vector<Sample> samples = random_images(4, /*seed=*/2);
  samples.push_back({"a text", {"not an image"}});
  EXPECT_EQ(loss_noise(model, samples).value(), 0.75);
  const absl::Status none = loss_noise(model, {samples.back()}).status();
  EXPECT_EQ(none.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(none.message(), "of none of the samples can a loss be computed");
}

}  // namespace
}  // namespace eif
