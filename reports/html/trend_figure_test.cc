#include "reports/html/trend_figure.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "reports/html/count_for_test.h"

namespace eif {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

GatedComparison series(std::vector<double> means) {
  GatedComparison gated;
  gated.comparison.between = {{"b", {}}};
  ComparedExpectation one{.id = "subclass", .means = std::move(means)};
  one.change.difference = -0.25;
  one.change.interval = {-0.5, -0.125};
  one.change.change = Change::kWorse;
  ComparedExpectation secondary = one;
  secondary.id = "plain";
  secondary.primary = false;
  gated.comparison.desiderata = {
      {.model = "m", .desideratum = "ontology", .expectations = {one, secondary}}};
  return gated;
}

TEST(TrendFigure, DrawsPrimaryExpectationsAlongTheRuns) {
  const std::string html = trends_html(series({0.5, 0.375, 0.25}));
  EXPECT_EQ(count(html, "<polyline "), 1u);
  EXPECT_EQ(count(html, "<circle "), 3u);
  EXPECT_THAT(html, HasSubstr("subclass: trend −0.250 [−0.500, −0.125], worse"));
  EXPECT_THAT(html, Not(HasSubstr("plain")));
}

TEST(TrendFigure, OfTwoRunsThereIsNone) {
  GatedComparison two = series({0.5, 0.25});
  two.comparison.between.clear();
  EXPECT_EQ(trends_html(two), "");
}

TEST(TrendFigure, WhatWasNotMeasuredIsLeftOut) { EXPECT_EQ(trends_html(series({})), ""); }

}  // namespace
}  // namespace eif
