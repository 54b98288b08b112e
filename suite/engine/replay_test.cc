// What conformance tests do not see: how the work is done.
#include "suite/engine/replay.h"

#include <ATen/core/grad_mode.h>
#include <gtest/gtest.h>

#include <vector>

#include "suite/engine/monitor_for_test.h"
#include "suite/engine/test_models.h"

namespace eif {
namespace {

// Counts forward passes that gradients are recorded of, and the images in them.
class CountingClassifier final : public LinearClassifier {
 public:
  CountingClassifier() : LinearClassifier(/*seed=*/1) {}
  absl::StatusOr<Losses> loss(Weights& weights, const Batch& batch) const override {
    if (at::GradMode::is_enabled()) {
      ++recordings;
      recorded_images += std::get<ImageBatch>(batch).labels.numel();
    }
    return LinearClassifier::loss(weights, batch);
  }
  mutable int recordings = 0;
  mutable int64_t recorded_images = 0;
};

TEST(ReplayAtManyRates, RecordsSamplesOfOneStatementOnce) {
  CountingClassifier model;
  const std::vector<Sample> samples = random_images(4, /*seed=*/2);
  const std::vector<double> rates = {1e-3, 1e-2, 1e-1};
  MonitorForTest monitor;
  ASSERT_TRUE(
      ReplayEngine().measure_at(model, all_cells(samples, samples), {}, rates, monitor).ok());
  EXPECT_EQ(model.recordings, 1);
  EXPECT_EQ(monitor.done, 12u);
}

TEST(ReplayAtManyRates, RecordsSamplesOfSeveralStatementsAtEachRate) {
  CountingClassifier model;
  std::vector<Sample> samples = random_images(4, /*seed=*/2);
  samples.push_back({"two", {samples[0].statements[0], samples[1].statements[0]}});
  const std::vector<double> rates = {1e-3, 1e-2, 1e-1};
  ASSERT_TRUE(ReplayEngine({.rows = 1})
                  .measure_at(model, all_cells(samples, samples), {}, rates, unwatched())
                  .ok());
  EXPECT_EQ(model.recordings, 4 + 2 * 3);
}

// Steps: a, b, c, d, then b after a and c after a, then d after a and b.
TEST(Replay, RecordsWhatSamplesBeginWithOnce) {
  CountingClassifier model;
  std::vector<Sample> samples = random_images(4, /*seed=*/2);
  const Statement a = samples[0].statements[0], b = samples[1].statements[0],
                  c = samples[2].statements[0], d = samples[3].statements[0];
  samples.push_back({"ab", {a, b}});
  samples.push_back({"ac", {a, c}});
  samples.push_back({"abd", {a, b, d}});
  ASSERT_TRUE(
      ReplayEngine().influence(model, samples, samples, {.learning_rate = 0.1}, unwatched()).ok());
  EXPECT_EQ(model.recorded_images, 4 + 2 + 1);
}

TEST(ReplayAtManyRates, StopsBetweenRates) {
  CountingClassifier model;
  const std::vector<Sample> samples = random_images(4, /*seed=*/2);
  const std::vector<double> rates = {1e-3, 1e-2, 1e-1};
  MonitorForTest monitor(/*stop_at=*/1);
  EXPECT_EQ(ReplayEngine()
                .measure_at(model, all_cells(samples, samples), {}, rates, monitor)
                .status()
                .code(),
            absl::StatusCode::kCancelled);
  EXPECT_EQ(monitor.done, 4u);
}

}  // namespace
}  // namespace eif
