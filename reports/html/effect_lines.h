// The effects of a desideratum along something: its primary expectations as lines of a chart, and
// their numbers and verdicts as a table.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "reports/figures/line_chart.h"
#include "suite/core/run_result.h"
#include "suite/core/statistics.h"

namespace eif {

// A result, where it stands on the axis, and what that place is called.
struct PlacedResult {
  const DesideratumResult* result = nullptr;
  double x = 0;
  std::string name;
};

struct EffectLines {
  std::string summary;   // of the part that can be folded
  std::string title;     // of the chart
  std::string subtitle;  // of the chart: what the axis and the intervals are
  std::string x_title;
  std::string caption;
  std::vector<PlacedResult> results;  // of one desideratum, by x
  double line_distance = 0;           // in x, so that intervals of several lines stand side by side
  std::function<Interval(const ExpectationResult&)> interval;
};

// A chart as a part of the page.
std::string chart_html(const LineChart& chart);

// Empty where nothing was measured.
std::string effect_lines_html(const EffectLines& lines);

}  // namespace eif
