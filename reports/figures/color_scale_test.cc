#include "reports/figures/color_scale.h"

#include <gtest/gtest.h>

#include <limits>

namespace eif {
namespace {

TEST(ColorScaleTest, NoInfluenceIsWhite) {
  EXPECT_EQ(diverging_color(0, 1), "#ffffff");
  EXPECT_EQ(diverging_color(-0.0, 1), "#ffffff");
}

TEST(ColorScaleTest, HelpIsRedAndHarmIsBlue) {
  EXPECT_EQ(diverging_color(1, 2), "#ef8a62");
  EXPECT_EQ(diverging_color(2, 2), "#961024");
  EXPECT_EQ(diverging_color(-1, 2), "#67a9cf");
  EXPECT_EQ(diverging_color(-2, 2), "#05487d");
}

TEST(ColorScaleTest, BetweenItsColoursItIsLinear) {
  // A quarter of the way: half of the way from white to #ef8a62.
  EXPECT_EQ(diverging_color(0.25, 1), "#f7c5b1");
}

TEST(ColorScaleTest, FromTheLimitOnColoursStayTheSame) {
  EXPECT_EQ(diverging_color(7, 2), diverging_color(2, 2));
  EXPECT_EQ(diverging_color(-std::numeric_limits<double>::infinity(), 2), diverging_color(-2, 2));
}

TEST(ColorScaleTest, WhatWasNotMeasuredHasAColourOfItsOwn) {
  EXPECT_EQ(diverging_color(std::numeric_limits<double>::quiet_NaN(), 1), kUnmeasuredColor);
}

TEST(ColorScaleTest, LettersOnDarkColoursAreWhite) {
  EXPECT_FALSE(is_dark(0.5, 1));
  EXPECT_TRUE(is_dark(0.9, 1));
  EXPECT_TRUE(is_dark(-0.9, 1));
  EXPECT_FALSE(is_dark(std::numeric_limits<double>::quiet_NaN(), 1));
}

}  // namespace
}  // namespace eif
