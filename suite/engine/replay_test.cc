// What conformance tests do not see: how the work is done.
#include "suite/engine/replay.h"

#include <ATen/core/grad_mode.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "suite/engine/monitor_for_test.h"
#include "suite/engine/reader_on_threads.h"
#include "suite/engine/test_models.h"
#include "suite/sdk/threads_for_test.h"

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

// Twelve rows of one, two and three statements.
std::vector<Sample> rows_for_threads() {
  std::vector<Sample> samples;
  for (const char* first : {"1232", "321", "46521", "1516"}) {
    samples.push_back({absl::StrCat(samples.size()), {first}});
    samples.push_back({absl::StrCat(samples.size()), {first, "52"}});
    samples.push_back({absl::StrCat(samples.size()), {first, "63", "135"}});
  }
  return samples;
}

TEST(ReplayOnThreads, GivesWhatOneThreadGives) {
  const std::vector<Sample> samples = rows_for_threads();
  const std::vector<double> rates = {0.1, 0.3};
  const auto matrices = [&](Model& model, const WantedCells& wanted, MonitorForTest& monitor) {
    const auto result = ReplayEngine().measure_at(model, wanted, {.momentum = 0.5}, rates, monitor);
    EXPECT_TRUE(result.ok()) << result.status();
    return *result;
  };
  WantedCells ragged = all_cells(samples, samples);
  ragged.blocks.clear();
  for (size_t row = 0; row < samples.size(); ++row)
    ragged.blocks.push_back({{row}, {row, 11 - row}});
  for (const WantedCells& wanted : {all_cells(samples, samples), ragged}) {
    ReaderOnThreads alone(/*is_thread_safe=*/false), shared(/*is_thread_safe=*/true);
    const ThreadsForTest three(3);
    MonitorForTest monitor_of_one, monitor;
    const std::vector<Matrix> expected = matrices(alone, wanted, monitor_of_one);
    const std::vector<Matrix> found = matrices(shared, wanted, monitor);
    EXPECT_EQ(alone.threads().size(), 1u);
    EXPECT_GE(shared.threads().size(), 2u);
    EXPECT_EQ(monitor.done, monitor_of_one.done);
    for (size_t rate = 0; rate < rates.size(); ++rate) {
      for (size_t i = 0; i < expected[rate].values().size(); ++i) {
        const double cell = expected[rate].values()[i];
        if (std::isnan(cell)) {
          EXPECT_TRUE(std::isnan(found[rate].values()[i]));
        } else {
          EXPECT_NEAR(found[rate].values()[i], cell, 1e-12);
        }
      }
    }
  }
}

// --deterministic: each row by itself, and all threads for it, as ever.
TEST(ReplayOnThreads, ANumberOfRowsThatWasAskedForIsMeasuredByAllThreads) {
  const std::vector<Sample> samples = rows_for_threads();
  ReaderOnThreads model(/*is_thread_safe=*/true);
  const ThreadsForTest three(3);
  ASSERT_TRUE(ReplayEngine({.rows = 1})
                  .influence(model, samples, samples, {.learning_rate = 0.1}, unwatched())
                  .ok());
  EXPECT_EQ(model.threads().size(), 1u);
}

// No thread goes on to the next rate once one of them has measured a row.
TEST(ReplayOnThreads, AllStopTogether) {
  const std::vector<Sample> samples = rows_for_threads();
  const std::vector<double> rates = {0.1, 0.2, 0.3};
  ReaderOnThreads model(/*is_thread_safe=*/true);
  const ThreadsForTest three(3);
  MonitorForTest monitor(/*stop_at=*/1);
  EXPECT_EQ(ReplayEngine()
                .measure_at(model, all_cells(samples, samples), {}, rates, monitor)
                .status()
                .code(),
            absl::StatusCode::kCancelled);
  EXPECT_LE(monitor.done, samples.size());
}

}  // namespace
}  // namespace eif
