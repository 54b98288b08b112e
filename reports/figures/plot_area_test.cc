#include "reports/figures/plot_area.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "reports/figures/svg_for_test.h"

namespace eif {
namespace {

using ::testing::Contains;
using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::Pointwise;
using ::testing::SizeIs;

TEST(TicksTest, AreRoundNumbersWithinTheRange) {
  EXPECT_THAT(ticks({0, 1}, 5),
              Pointwise(DoubleNear(1e-12), std::vector<double>{0, 0.2, 0.4, 0.6, 0.8, 1.0}));
  EXPECT_THAT(ticks({-0.03, 0.021}, 5),
              Pointwise(DoubleNear(1e-12), std::vector<double>{-0.02, 0, 0.02}));
  EXPECT_THAT(ticks({0, 700}, 5), ElementsAre(0, 200, 400, 600));
}

TEST(TicksTest, LabelsHaveTheDigitsTheyNeed) {
  EXPECT_EQ(tick_label(0.2, {0, 1}), "0.2");
  EXPECT_EQ(tick_label(-0.02, {-0.03, 0.021}), "−0.02");
  EXPECT_EQ(tick_label(400, {0, 700}), "400");
  EXPECT_EQ(tick_label(1e-17, {-1, 1}), "0");
  EXPECT_EQ(tick_label(2e-5, {0, 1e-4}), "2e-05");
}

TEST(RangeTest, IsWidenedByFiniteValuesAndNeverEmpty) {
  const double not_a_number = std::numeric_limits<double>::quiet_NaN();
  const Range range = widened({0, 0}, {-2, not_a_number, 3});
  EXPECT_EQ(range.low, -2);
  EXPECT_EQ(range.high, 3);
  EXPECT_GT(widened({0, 0}, {}).span(), 0);
}

TEST(PlotAreaTest, NumbersHaveTheirPlaces) {
  const PlotArea area{{100, 50, 200, 400}, {-1, 1}, {0, 10}};
  EXPECT_DOUBLE_EQ(area.x_of(-1), 100);
  EXPECT_DOUBLE_EQ(area.x_of(0), 200);
  EXPECT_DOUBLE_EQ(area.y_of(0), 450);
  EXPECT_DOUBLE_EQ(area.y_of(10), 50);
}

TEST(PlotAreaTest, AxesHaveTicksAndTitles) {
  Svg svg(400, 500, "");
  draw_axes(svg, {{100, 50, 200, 400}, {0, 1}, {0, 1}}, {"loss (nats)", "share"});
  const std::vector<std::string> texts = svg_texts(std::move(svg).finish());
  EXPECT_THAT(texts, Contains("loss (nats)"));
  EXPECT_THAT(texts, Contains("share"));
  EXPECT_THAT(texts, Contains("0.6").Times(2));
}

TEST(FigureTextTest, LongCaptionsAreWrappedAndFit) {
  const FigureText text{.title = "T", .caption = std::string(40, 'w') + " " + std::string(40, 'v')};
  const double height = height_of_caption(text, 300);
  Svg svg(300, height, "");
  draw_caption(svg, text, 300, height);
  const std::vector<SvgElement> lines = svg_elements(std::move(svg).finish(), "text");
  ASSERT_THAT(lines, SizeIs(2));
  EXPECT_LT(lines[0].number("y"), lines[1].number("y"));
  EXPECT_LT(lines[1].number("y"), height);
}

}  // namespace
}  // namespace eif
