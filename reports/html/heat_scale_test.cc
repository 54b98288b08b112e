#include "reports/html/heat_scale.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "reports/figures/color_scale.h"

namespace eif {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

TEST(HeatScale, StepsEndAtTheLimit) {
  EXPECT_EQ(heat_step(0, 2), 0);
  EXPECT_EQ(heat_step(1, 2), 10);
  EXPECT_EQ(heat_step(-2, 2), -20);
  EXPECT_EQ(heat_step(50, 2), 20);
  EXPECT_EQ(heat_step(0.04, 2), 0);  // less than half a step
  EXPECT_EQ(heat_step(0.06, 2), 1);
}

TEST(HeatScale, ClassesSayTheStep) {
  EXPECT_EQ(heat_class(1, 2), "p10");
  EXPECT_EQ(heat_class(-1, 2), "n10");
  EXPECT_EQ(heat_class(0, 2), "z");
  EXPECT_EQ(heat_class(kNaN, 2), "na");
}

TEST(HeatScale, EachClassHasTheColourOfTheFigures) {
  const std::string style = heat_style();
  EXPECT_THAT(style,
              ::testing::HasSubstr(".p20{background:" + diverging_color(1, 1) + ";color:#ffffff}"));
  EXPECT_THAT(style, ::testing::HasSubstr(".z{background:#ffffff;color:#000000}"));
  EXPECT_THAT(style, ::testing::HasSubstr(".n5{background:" + diverging_color(-0.25, 1)));
  EXPECT_THAT(style, ::testing::HasSubstr(".na{background:#c8c8c8"));
}

TEST(HeatScale, APictureHasTheSameColours) {
  const std::vector<std::string> palette = heat_palette();
  ASSERT_EQ(palette.size(), 42u);
  EXPECT_EQ(palette[heat_index(kNaN, 1)], kUnmeasuredColor);
  EXPECT_EQ(palette[heat_index(0, 1)], "#ffffff");
  EXPECT_EQ(palette[heat_index(-7, 1)], diverging_color(-1, 1));
  EXPECT_EQ(palette[heat_index(0.5, 1)], diverging_color(0.5, 1));
}

}  // namespace
}  // namespace eif
