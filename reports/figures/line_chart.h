// Numbers that depend on a number, one line for each series, with whiskers.
#pragma once

#include <string>
#include <vector>

#include "reports/figures/plot_area.h"

namespace eif {

struct LinePoint {
  double x = 0;
  double y = 0;
  Range whisker = {0, 0};  // of y; low = high: none
};

struct LineSeries {
  std::string name;
  std::vector<LinePoint> points;  // by x
};

// A number that does not depend on x: a dashed line.
struct ReferenceLine {
  std::string name;
  double y = 0;
};

struct LineChart {
  FigureText text;
  AxisTitles titles;  // with units
  std::vector<LineSeries> series;
  std::vector<ReferenceLine> references;
};

// Both axes have 0.
std::string line_chart_svg(const LineChart& chart);

}  // namespace eif
