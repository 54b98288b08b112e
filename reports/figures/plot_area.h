// What figures share: words around them, ranges of numbers, axes.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "reports/figures/svg.h"

namespace eif {

// The words that let a figure stand alone.
struct FigureText {
  std::string title;
  std::string subtitle;  // what it shows, in a sentence
  std::string caption;   // model, learning rate, engine, seeds
};

inline constexpr double kMargin = 16;

// How high the title and subtitle, or the caption, of a figure of this width are.
double height_of_head(const FigureText& text, double width);
double height_of_caption(const FigureText& text, double width);
// At the top, and at the bottom, of a figure.
void draw_head(Svg& svg, const FigureText& text, double width);
void draw_caption(Svg& svg, const FigureText& text, double width, double height);

struct Range {
  double low = 0;
  double high = 1;

  double span() const { return high - low; }
};

// The smallest range with all finite values of `values` and with `range`; no range is empty.
Range widened(Range range, const std::vector<double>& values);

// Round numbers (1, 2 or 5 times a power of ten apart), about `count` of them, within the range.
std::vector<double> ticks(const Range& range, size_t count);
// With no more digits than tell ticks apart.
std::string tick_label(double value, const Range& range);

// A rectangle in which numbers have places.
struct PlotArea {
  Box box;
  Range x, y;

  double x_of(double value) const { return box.x + (value - x.low) / x.span() * box.width; }
  double y_of(double value) const { return box.bottom() - (value - y.low) / y.span() * box.height; }
};

struct AxisTitles {
  std::string x, y;  // with units
};

// Grid, ticks and titles. An axis x without ticks is left to the figure.
void draw_axes(Svg& svg, const PlotArea& area, const AxisTitles& titles, bool x_ticks = true);

// From y = low to y = high at a place, with short bars at the ends.
void draw_whisker(Svg& svg, double x, double y_low, double y_high);

// Colours that can be told apart, also by most who are colour-blind, one for each series in order.
// They come again after so many.
inline constexpr size_t kSeriesColors = 8;
const std::string& series_color(size_t index);

struct LegendEntry {
  std::string name;
  std::string color;
};
// In one line that begins at (x, y).
void draw_legend(Svg& svg, double x, double y, const std::vector<LegendEntry>& entries);

}  // namespace eif
