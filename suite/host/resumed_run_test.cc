#include "suite/host/suite_run_for_test.h"

namespace eif {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class ResumedRun : public SuiteRun {
 protected:
  ResumedRun() {
    plan_.request.seeds = {0, 1, 2, 3, 4};
    plan_.context.started_at = "first";
    add_desideratum("a");
    add_desideratum("b").on_plan = [](const Draw& draw) {
      return request_for({2, 3}, draw.seed());
    };
  }

  // What an uninterrupted run finds.
  RunResult uninterrupted() {
    RunResult run = run_suite(plan_, store_, monitor_);
    store_ = FakeStore();
    engine_->measured.clear();
    return run;
  }
  // The run is cut off after so many rows, and its record is what was written last before that.
  void cut_off_after(size_t rows) {
    MonitorForTest cut(rows);
    run_suite(plan_, store_, cut);
    const RunResult last = store_.written.back();
    store_.before = last;
    store_.written.clear();
    store_.matrices.clear();
    engine_->measured.clear();
  }

  static void expect_equal(const RunResult& a, const RunResult& b) {
    ASSERT_EQ(a.results.size(), b.results.size());
    for (size_t i = 0; i < a.results.size(); ++i) {
      EXPECT_EQ(a.results[i].key, b.results[i].key);
      EXPECT_EQ(a.results[i].seeds, b.results[i].seeds);
      EXPECT_EQ(a.results[i].verdict, b.results[i].verdict);
      EXPECT_EQ(a.results[i].expectations[0].per_seed, b.results[i].expectations[0].per_seed);
      EXPECT_EQ(a.results[i].self_scales[0].value, b.results[i].self_scales[0].value);
    }
  }

  // Each measured cell was measured once for each seed that was.
  int times_measured() const {
    return engine_->measured.empty() ? 0 : engine_->measured.begin()->second;
  }
};

constexpr size_t kRowsOfASeed = 3;  // the samples 1, 2 and 3

TEST_F(ResumedRun, MeasuresTheSeedsThatAreMissingAndFindsTheSame) {
  const RunResult expected = uninterrupted();
  cut_off_after(3 * kRowsOfASeed + 1);
  ASSERT_THAT(store_.before->context.models.at(0).seeds, ElementsAre(0, 1, 2));
  const RunResult resumed = run();
  EXPECT_EQ(resumed.end, RunEnd::kComplete);
  EXPECT_EQ(times_measured(), 2);
  expect_equal(resumed, expected);
  EXPECT_THAT(resumed.context.models.at(0).seeds, ElementsAre(0, 1, 2, 3, 4));
  EXPECT_EQ(resumed.context.models[0].rows, 5 * kRowsOfASeed);
  EXPECT_EQ(resumed.context.started_at, "first");
  EXPECT_THAT(resumed.context.resumed_at, SizeIs(1));
}

TEST_F(ResumedRun, WhatStandsBesideIsReadAndGoesOnToo) {
  plan_.request.beside = "random-weights";
  const RunResult expected = uninterrupted();
  cut_off_after((5 + 2) * kRowsOfASeed + 1);
  ASSERT_THAT(store_.before->context.models.at(0).beside->seeds, ElementsAre(0, 1));
  const RunResult resumed = run();
  EXPECT_EQ(resumed.end, RunEnd::kComplete);
  EXPECT_EQ(times_measured(), 3);
  expect_equal(resumed, expected);
  for (size_t i = 0; i < expected.results.size(); ++i) {
    EXPECT_EQ(resumed.results[i].beside->seeds, expected.results[i].beside->seeds);
    EXPECT_EQ(resumed.results[i].expectations[0].beside->per_seed,
              expected.results[i].expectations[0].beside->per_seed);
  }
  EXPECT_EQ(resumed.context.models[0].beside->rows, 5 * kRowsOfASeed);
}

TEST_F(ResumedRun, WhatIsCompleteIsOnlyRead) {
  const RunResult expected = run_suite(plan_, store_, monitor_);
  store_.before = expected;
  engine_->measured.clear();
  expect_equal(run(), expected);
  EXPECT_EQ(times_measured(), 0);
}

TEST_F(ResumedRun, IsWrittenAfterEachSeedAndSaysThatItIsNotAtItsEnd) {
  run();
  ASSERT_THAT(store_.written, SizeIs(6));
  for (size_t i = 0; i < 5; ++i) {
    EXPECT_EQ(store_.written[i].end, RunEnd::kUnfinished);
    EXPECT_THAT(store_.written[i].results.at(0).seeds, SizeIs(i + 1));
  }
  EXPECT_EQ(store_.written[5].end, RunEnd::kComplete);
}

TEST_F(ResumedRun, StoppedAgainItLosesNothing) {
  cut_off_after(3 * kRowsOfASeed + 1);
  monitor_.stop_at = 0;
  const RunResult stopped = run();
  EXPECT_EQ(stopped.end, RunEnd::kInterrupted);
  EXPECT_THAT(stopped.results.at(0).seeds, ElementsAre(0, 1, 2));
  for (const RunResult& written : store_.written) {
    EXPECT_THAT(written.results.at(0).seeds, ElementsAre(0, 1, 2));
  }
}

TEST_F(ResumedRun, AMatrixThatIsGoneIsMeasuredAgain) {
  const RunResult expected = uninterrupted();
  cut_off_after(3 * kRowsOfASeed + 1);
  store_.kept.erase(
      {.model = "cnn", .desideratum = "a", .seed = 1, .request = "digits", .dose = "lr 0.5"});
  expect_equal(run(), expected);
  EXPECT_EQ(times_measured(), 3);
  EXPECT_THAT(monitor_.announcements, Contains("seed 1 is measured again: it is gone"));
}

TEST_F(ResumedRun, AModelThatIsNotReachedKeepsWhatItHad) {
  add_model("other");
  const RunResult expected = run_suite(plan_, store_, monitor_);
  store_.before = expected;
  store_.written.clear();
  backend_.on_load = [](const std::string&) { return absl::CancelledError("interrupted"); };
  const RunResult stopped = run();
  EXPECT_EQ(stopped.end, RunEnd::kInterrupted);
  expect_equal(stopped, expected);
  EXPECT_THAT(stopped.context.models, SizeIs(2));
}

TEST_F(ResumedRun, OtherWeightsAreRefused) {
  cut_off_after(2 * kRowsOfASeed);
  store_.before->context.models[0].fingerprint = "another";
  const RunResult refused = run();
  EXPECT_EQ(refused.end, RunEnd::kRefused);
  EXPECT_THAT(refused.problems,
              ElementsAre(HasSubstr("cnn has other weights than when this run was begun")));
  EXPECT_EQ(times_measured(), 0);
}

TEST_F(ResumedRun, KeepsTheLearningRateThatWasFound) {
  cut_off_after(2 * kRowsOfASeed);
  plan_.request.learning_rate = "auto";  // which would need a sweep engine
  store_.before->context.models[0].learning_rate = 0.125;
  store_.before->context.models[0].learning_rate_reason = "auto: as found";
  const RunResult resumed = run();
  EXPECT_EQ(resumed.context.models.at(0).learning_rate, 0.125);
  EXPECT_EQ(resumed.context.models[0].learning_rate_reason, "auto: as found");
  EXPECT_EQ(engine_->learning_rates.back(), 0.125);
}

}  // namespace
}  // namespace eif
