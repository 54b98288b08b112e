#include "reports/figures/histograms.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_format.h"

namespace eif {
namespace {

constexpr size_t kPanelsInRow = 3;
constexpr double kPanelWidth = 250, kPanelHeight = 180;
constexpr double kLeft = 70, kAbove = 26, kBelow = 56, kRight = 26;

size_t bin_of(double value, const Histogram& histogram) {
  const auto bins = static_cast<double>(histogram.shares.size());
  const double place = (value - histogram.range.low) / histogram.range.span() * bins;
  return static_cast<size_t>(std::clamp(std::floor(place), 0.0, bins - 1));
}

void add_draw(const std::vector<double>& values, double weight, Histogram& histogram) {
  const auto is_finite = [](double value) { return std::isfinite(value); };
  const auto finite = std::count_if(values.begin(), values.end(), is_finite);
  for (const double value : values) {
    if (is_finite(value)) {
      histogram.shares[bin_of(value, histogram)] += weight / static_cast<double>(finite);
    }
  }
}

void draw_panel(Svg& svg, const HistogramPanel& panel, const AxisTitles& titles, double left,
                double top) {
  const Histogram& histogram = panel.histogram;
  const PlotArea area{{left + kLeft, top + kAbove, kPanelWidth, kPanelHeight},
                      histogram.range,
                      widened({0, 0}, histogram.shares)};
  svg.text(area.box.x + kPanelWidth / 2, area.box.y - 10, panel.title,
           {.size = 12, .anchor = Anchor::kMiddle, .bold = true});
  draw_axes(svg, area, titles);
  const double width = kPanelWidth / static_cast<double>(histogram.shares.size());
  for (size_t bin = 0; bin < histogram.shares.size(); ++bin) {
    const double y = area.y_of(histogram.shares[bin]);
    svg.rect({area.box.x + static_cast<double>(bin) * width, y, width - 0.5, area.box.bottom() - y},
             series_color(1), absl::StrFormat("%.3g", histogram.shares[bin]));
  }
  const double zero = area.x_of(0);
  svg.line(zero, area.box.y, zero, area.box.bottom(), {.color = kInk, .dashed = true});
}

}  // namespace

Histogram histogram_of(const std::vector<std::vector<double>>& draws, size_t bins) {
  std::vector<double> all;
  for (const std::vector<double>& draw : draws) all.insert(all.end(), draw.begin(), draw.end());
  Histogram histogram{widened({0, 0}, all), std::vector<double>(bins, 0.0)};
  for (const std::vector<double>& draw : draws) {
    add_draw(draw, 1.0 / static_cast<double>(draws.size()), histogram);
  }
  return histogram;
}

std::string histograms_svg(const HistogramFigure& figure) {
  const size_t across = std::min(kPanelsInRow, figure.panels.size());
  const size_t down = (figure.panels.size() + kPanelsInRow - 1) / kPanelsInRow;
  const double panel_width = kLeft + kPanelWidth + kRight;
  const double panel_height = kAbove + kPanelHeight + kBelow;
  const double width = panel_width * static_cast<double>(across);
  const double top = height_of_head(figure.text, width);
  const double height =
      top + panel_height * static_cast<double>(down) + height_of_caption(figure.text, width);
  Svg svg(width, height, figure.text.title);
  draw_head(svg, figure.text, width);
  for (size_t i = 0; i < figure.panels.size(); ++i) {
    draw_panel(svg, figure.panels[i], figure.titles,
               panel_width * static_cast<double>(i % kPanelsInRow),
               top + panel_height * static_cast<double>(i / kPanelsInRow));
  }
  draw_caption(svg, figure.text, width, height);
  return std::move(svg).finish();
}

}  // namespace eif
