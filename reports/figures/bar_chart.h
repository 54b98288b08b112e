// Numbers of several categories as groups of bars, with whiskers.
#pragma once

#include <string>
#include <vector>

#include "reports/figures/plot_area.h"

namespace eif {

struct Bar {
  double value = 0;        // not a number: no bar
  Range whisker = {0, 0};  // low = high: none
};

struct BarSeries {
  std::string name;
  std::vector<Bar> bars;  // one for each category
};

struct BarChart {
  FigureText text;
  std::string y_title;  // with its unit
  std::vector<std::string> categories;
  std::vector<BarSeries> series;
  Range y = {0, 1};  // and more, if the bars need it
};

std::string bar_chart_svg(const BarChart& chart);

}  // namespace eif
