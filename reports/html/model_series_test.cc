#include "reports/html/model_series.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "reports/html/count_for_test.h"
#include "suite/core/example_run_for_test.h"

namespace eif {
namespace {

using ::testing::HasSubstr;

// The same desideratum of so many models.
RunResult run_of(size_t models) {
  RunResult run = example_run();
  const ModelContext model = run.context.models.front();
  run.context.models.clear();
  run.results.clear();
  for (size_t i = 0; i < models; ++i) {
    run.context.models.push_back(model);
    run.context.models.back().name = "step-" + std::to_string(i);
    run.results.push_back(example_that_is_violated());
    run.results.back().key.model = run.context.models.back().name;
  }
  return run;
}

TEST(ModelSeries, DrawsPrimaryExpectationsAlongTheModels) {
  const std::string html = model_series_html(run_of(3));
  EXPECT_EQ(count(html, "<polyline "), 2u);
  EXPECT_EQ(count(html, "<circle "), 6u);
  EXPECT_THAT(html, HasSubstr("<th scope=\"col\">step-0</th><th scope=\"col\">step-1</th>"));
}

// 1 − 0.05 / 3, and of 80 models what the bootstrap can tell.
TEST(ModelSeries, SaysHowOftenTheIntervalsOfAllModelsHoldAtOnce) {
  const std::string few = model_series_html(run_of(3)), many = model_series_html(run_of(80));
  EXPECT_THAT(few, HasSubstr("with intervals of 98.33 % each"));
  EXPECT_THAT(few, HasSubstr("all 3 models at once in 95 of 100 runs"));
  EXPECT_THAT(many, HasSubstr("with intervals of 99.9 % each"));
  EXPECT_THAT(many, HasSubstr("all 80 models at once in 92 of 100 runs"));
}

TEST(ModelSeries, TwoModelsAreNone) { EXPECT_EQ(model_series_html(run_of(2)), ""); }

// A line that stops halfway would look like an end.
TEST(ModelSeries, WhatOneModelLacksIsLeftOut) {
  RunResult run = run_of(3);
  run.results.pop_back();
  EXPECT_EQ(model_series_html(run), "");
}

}  // namespace
}  // namespace eif
