#include "reports/figures/histograms.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "reports/figures/svg_for_test.h"

namespace eif {
namespace {

using ::testing::DoubleEq;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsSupersetOf;
using ::testing::SizeIs;

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

TEST(HistogramTest, CountsSharesOfTheValues) {
  const Histogram histogram = histogram_of({{0, 1, 2, 4}}, 2);
  EXPECT_EQ(histogram.range.low, 0);
  EXPECT_EQ(histogram.range.high, 4);
  // A bin has its lower edge; the last one has its upper edge, too.
  EXPECT_THAT(histogram.shares, ElementsAre(0.5, 0.5));
}

TEST(HistogramTest, RangeHas0) {
  EXPECT_EQ(histogram_of({{3, 4}}, 4).range.low, 0);
  EXPECT_EQ(histogram_of({{-3, -4}}, 4).range.high, 0);
}

TEST(HistogramTest, EachDrawCountsAsMuchAsAnyOther) {
  // Half of the first draw is in the lower bin, none of the second.
  const Histogram histogram = histogram_of({{0, 4}, {4, 4, 4}}, 2);
  // Three thirds of a half, added up.
  EXPECT_THAT(histogram.shares, ElementsAre(0.25, DoubleEq(0.75)));
}

TEST(HistogramTest, WhatWasNotMeasuredDoesNotCount) {
  EXPECT_THAT(histogram_of({{0, 4, kMissing}}, 2).shares, ElementsAre(0.5, 0.5));
  EXPECT_THAT(histogram_of({{kMissing}}, 2).shares, Each(0));
  EXPECT_THAT(histogram_of({}, 2).shares, Each(0));
}

TEST(HistogramTest, EqualValuesShareABin) {
  EXPECT_THAT(histogram_of({{0, 0, 0}}, 2).shares, ElementsAre(1, 0));
}

TEST(HistogramsTest, EachPanelHasABarForEachBin) {
  const HistogramFigure figure{.text = {.title = "Histograms", .caption = "tiny"},
                               .titles = {"EIF (nats/token)", "share of cells"},
                               .panels = {{"squares", histogram_of({{0, 1, 2, 4}}, 5)},
                                          {"belongs_to", histogram_of({{-1, 1}}, 3)}}};
  const std::string document = histograms_svg(figure);
  EXPECT_THAT(svg_rects(document, series_color(1)), SizeIs(8));
  EXPECT_THAT(svg_texts(document), IsSupersetOf({"Histograms", "tiny", "EIF (nats/token)",
                                                 "share of cells", "squares", "belongs_to"}));
}

}  // namespace
}  // namespace eif
