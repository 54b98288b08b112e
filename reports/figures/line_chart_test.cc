#include "reports/figures/line_chart.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reports/figures/svg_for_test.h"

namespace eif {
namespace {

using ::testing::DoubleNear;
using ::testing::IsSupersetOf;
using ::testing::SizeIs;

// Places have two decimals.
constexpr double kRounding = 0.011;

LineChart example() {
  return {.text = {.title = "Noise", .caption = "tiny"},
          .titles = {"σ", "influence (nats)"},
          .series = {{"noisy → clean", {{0, 1}, {1, 2, {1.5, 2.5}}, {2, 4}}},
                     {"clean → noisy", {{0, 1}, {2, 3}}}},
          .references = {{"pure noise", 0.5}}};
}

std::vector<SvgElement> points(const std::string& document, size_t series) {
  std::vector<SvgElement> points;
  for (SvgElement& circle : svg_elements(document, "circle")) {
    if (circle.attributes.at("fill") == series_color(series)) points.push_back(std::move(circle));
  }
  return points;
}

TEST(LineChartTest, PointsHaveTheirPlaces) {
  const std::string document = line_chart_svg(example());
  const std::vector<SvgElement> first = points(document, 0), second = points(document, 1);
  ASSERT_THAT(first, SizeIs(3));
  ASSERT_THAT(second, SizeIs(2));
  EXPECT_THAT(first[1].number("cx") - first[0].number("cx"),
              DoubleNear((first[2].number("cx") - first[0].number("cx")) / 2, kRounding));
  EXPECT_EQ(second[0].attributes.at("cx"), first[0].attributes.at("cx"));
  EXPECT_EQ(second[0].attributes.at("cy"), first[0].attributes.at("cy"));
  // From y = 1 to 4 is three times as far as from 1 to 2; upwards is less.
  EXPECT_THAT(first[0].number("cy") - first[2].number("cy"),
              DoubleNear(3 * (first[0].number("cy") - first[1].number("cy")), 4 * kRounding));
  EXPECT_THAT(svg_elements(document, "polyline"), SizeIs(2));
}

TEST(LineChartTest, OnlyWhatHasARangeHasAWhisker) {
  LineChart chart = example();
  const size_t lines = svg_elements(line_chart_svg(chart), "line").size();
  chart.series[0].points[1].whisker = {0, 0};
  EXPECT_THAT(svg_elements(line_chart_svg(chart), "line"), SizeIs(lines - 3));
}

TEST(LineChartTest, WordsAreText) {
  EXPECT_THAT(svg_texts(line_chart_svg(example())),
              IsSupersetOf({"Noise", "tiny", "σ", "influence (nats)", "noisy → clean",
                            "clean → noisy", "pure noise", "0", "2"}));
}

}  // namespace
}  // namespace eif
