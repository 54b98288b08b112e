// Histograms side by side, each with a range of its own.
//
//   const Histogram histogram = histogram_of({{0.1, 0.2}, {0.1, 0.4}}, 20);  // two draws
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "reports/figures/plot_area.h"

namespace eif {

// Bins of equal width. Each but the last has its lower edge and not its upper one.
struct Histogram {
  Range range;
  std::vector<double> shares;  // of the values, in each bin
};

// The mean over the draws of each draw's histogram, over the range of all values and 0. Values that
// are not finite count for nothing; without any, all shares are 0.
Histogram histogram_of(const std::vector<std::vector<double>>& draws, size_t bins);

struct HistogramPanel {
  std::string title;
  Histogram histogram;
};

struct HistogramFigure {
  FigureText text;
  AxisTitles titles;  // of every panel
  std::vector<HistogramPanel> panels;
};

// A line marks 0.
std::string histograms_svg(const HistogramFigure& figure);

}  // namespace eif
