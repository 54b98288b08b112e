#include "reports/html/forest_plot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "suite/core/example_run_for_test.h"

namespace eif {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

size_t count_of(const std::string& text, const std::string& part) {
  size_t count = 0;
  for (size_t at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++count;
  return count;
}

TEST(ForestPlot, TheAxisIsLinearAboutZeroAndLogarithmicFurtherOut) {
  EXPECT_EQ(forest_place(0), 0);
  EXPECT_NEAR(forest_place(0.01) / forest_place(0.02), 0.5, 0.01);
  EXPECT_NEAR(forest_place(100) - forest_place(10), std::log(10), 1e-3);
  EXPECT_EQ(forest_place(-3), -forest_place(3));
}

TEST(ForestPlot, HasALineForEachExpectationAndTheAxisAboveAndBelow) {
  const std::string html = forest_plot_html(example_that_holds(), nullptr);
  EXPECT_EQ(count_of(html, "<li "), 4u);
  EXPECT_EQ(count_of(html, "class=\"mark tuned\" r=\"5\"/></svg>"), 2u);
  EXPECT_EQ(count_of(html, "class=\"seed tuned\""), 4u);
  EXPECT_EQ(count_of(html, "class=\"band\""), 2u);
  EXPECT_THAT(html, Not(HasSubstr("in context")));
}

TEST(ForestPlot, ShowsReadingBesideTraining) {
  const DesideratumResult read = example_in_context();
  const std::string html = forest_plot_html(example_by_fine_tuning(), &read);
  EXPECT_THAT(html, HasSubstr("aria-label=\"fine-tuning: effect 0.125, interval [0.000, 0.250], "
                              "inconclusive; in context: effect 1.250, interval [1.000, 1.500], "
                              "holds\""));
  EXPECT_EQ(count_of(html, "class=\"seed read\""), 2u);
  EXPECT_EQ(count_of(html, "class=\"interval read\""), 1u);
}

// asinh(0.25/0.1) of ±1.06 asinh(1.5/0.1): worked with Python.
TEST(ForestPlot, PutsANumberWhereTheAxisHasIt) {
  const DesideratumResult read = example_in_context();
  const std::string html = forest_plot_html(example_by_fine_tuning(), &read);
  EXPECT_THAT(html, HasSubstr("class=\"interval tuned\" x1=\"50.00%\" x2=\"72.84%\""));
}

TEST(ForestPlot, WhatWasNotMeasuredHasNoMark) {
  const std::string html = forest_plot_html(example_with_a_missing_number(), nullptr);
  EXPECT_THAT(html, Not(HasSubstr("class=\"mark tuned\" r=\"5\"/></svg>")));
  EXPECT_EQ(count_of(html, "class=\"seed tuned\""), 1u);
  EXPECT_THAT(html, HasSubstr("not measured"));
  EXPECT_EQ(forest_plot_html(example_that_failed(), nullptr), "");
}

TEST(ForestPlot, ClaimsAreText) {
  DesideratumResult result = example_that_holds();
  result.expectations[0].expectation.claim = "</li><script>";
  EXPECT_THAT(forest_plot_html(result, nullptr), HasSubstr("&lt;/li&gt;&lt;script&gt;"));
}

}  // namespace
}  // namespace eif
