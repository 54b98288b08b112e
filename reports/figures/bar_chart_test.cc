#include "reports/figures/bar_chart.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "reports/figures/svg_for_test.h"

namespace eif {
namespace {

using ::testing::DoubleNear;
using ::testing::IsSupersetOf;
using ::testing::SizeIs;

// Places have two decimals.
constexpr double kRounding = 0.011;

BarChart example() {
  return {.text = {.title = "Density", .caption = "tiny, seeds 0–9"},
          .y_title = "share of cells",
          .categories = {"belongs_to", "squares"},
          .series = {{"by fine-tuning", {{.value = 0.8, .whisker = {0.7, 0.9}}, {.value = 0.4}}},
                     {"in context",
                      {{.value = 0.2}, {.value = std::numeric_limits<double>::quiet_NaN()}}}}};
}

// The bars of a series; the first rectangle of its colour is the legend's.
std::vector<SvgElement> bars(const std::string& document, size_t series) {
  std::vector<SvgElement> rects = svg_rects(document, series_color(series));
  rects.erase(rects.begin());
  return rects;
}

TEST(BarChartTest, BarsAreAsHighAsTheirValues) {
  const std::string document = bar_chart_svg(example());
  const std::vector<SvgElement> first = bars(document, 0), second = bars(document, 1);
  ASSERT_THAT(first, SizeIs(2));
  ASSERT_THAT(second, SizeIs(1));  // what was not measured has no bar
  const double unit = first[0].number("height") / 0.8;
  EXPECT_THAT(first[1].number("height"), DoubleNear(0.4 * unit, kRounding));
  EXPECT_THAT(second[0].number("height"), DoubleNear(0.2 * unit, kRounding));
  EXPECT_LT(first[0].number("x"), second[0].number("x"));
  EXPECT_LT(second[0].number("x"), first[1].number("x"));
}

TEST(BarChartTest, BarsBelowZeroHangFromIt) {
  BarChart chart = example();
  chart.series = {{"change", {{.value = 0.5}, {.value = -0.5}}}};
  const std::vector<SvgElement> drawn = bars(bar_chart_svg(chart), 0);
  ASSERT_THAT(drawn, SizeIs(2));
  EXPECT_THAT(drawn[1].number("y"),
              DoubleNear(drawn[0].number("y") + drawn[0].number("height"), kRounding));
  EXPECT_THAT(drawn[1].number("height"), DoubleNear(drawn[0].number("height"), kRounding));
}

TEST(BarChartTest, OnlyWhatHasARangeHasAWhisker) {
  BarChart chart = example();
  const size_t lines = svg_elements(bar_chart_svg(chart), "line").size();
  chart.series[0].bars[0].whisker = {0, 0};
  EXPECT_THAT(svg_elements(bar_chart_svg(chart), "line"), SizeIs(lines - 3));
}

TEST(BarChartTest, WordsAreText) {
  EXPECT_THAT(svg_texts(bar_chart_svg(example())),
              IsSupersetOf({"Density", "tiny, seeds 0–9", "share of cells", "belongs_to", "squares",
                            "by fine-tuning", "in context", "0.80", "0.40", "0.20"}));
}

}  // namespace
}  // namespace eif
