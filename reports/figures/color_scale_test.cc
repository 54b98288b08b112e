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

double ratio(double lighter, double darker) { return (lighter + 0.05) / (darker + 0.05); }

TEST(ColorScaleTest, LettersAreBlackOrWhiteWhicheverStandsOutMore) {
  EXPECT_EQ(ink_on("#ffffff"), "#000000");
  EXPECT_EQ(ink_on("#000000"), "#ffffff");
  EXPECT_EQ(ink_on("#808080"), "#000000");
  // Where both stand out alike, at a luminance of √(1.05 · 0.05) − 0.05 = 0.179, each does by 4.58.
  EXPECT_EQ(ink_on("#767676"), "#000000");  // luminance 0.181
  EXPECT_EQ(ink_on("#757575"), "#ffffff");  // luminance 0.178
  EXPECT_NEAR(ratio(1, 0.179), 4.58, 0.01);
  EXPECT_NEAR(ratio(0.179, 0), 4.58, 0.01);
}

}  // namespace
}  // namespace eif
