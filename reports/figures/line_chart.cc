#include "reports/figures/line_chart.h"

#include <utility>

namespace eif {
namespace {

constexpr double kWidth = 760, kPlotHeight = 340;
constexpr double kLeft = 80, kLegendLine = 18, kBelow = 54;

class Drawing {
 public:
  explicit Drawing(const LineChart& chart)
      : chart_(chart),
        legend_height_(kLegendLine * static_cast<double>(1 + chart.references.size())),
        top_(height_of_head(chart.text, kWidth) + legend_height_),
        height_(top_ + kPlotHeight + kBelow + height_of_caption(chart.text, kWidth)),
        svg_(kWidth, height_, chart.text.title) {
    std::vector<double> x, y;
    for (const LineSeries& series : chart.series) {
      for (const LinePoint& point : series.points) {
        x.push_back(point.x);
        y.insert(y.end(), {point.y, point.whisker.low, point.whisker.high});
      }
    }
    for (const ReferenceLine& reference : chart.references) y.push_back(reference.y);
    area_ = {{kLeft, top_, kWidth - kLeft - 2 * kMargin, kPlotHeight},
             widened({0, 0}, x),
             widened({0, 0}, y)};
  }

  std::string draw() && {
    draw_head(svg_, chart_.text, kWidth);
    draw_axes(svg_, area_, chart_.titles);
    draw_references();
    std::vector<LegendEntry> legend;
    for (size_t i = 0; i < chart_.series.size(); ++i) {
      draw_series(chart_.series[i],
                  {.color = series_color(i), .width = 2, .dashed = i / kSeriesColors % 2 == 1});
      legend.push_back({chart_.series[i].name, series_color(i)});
    }
    draw_legend(svg_, kLeft, top_ - legend_height_ + 2, legend);
    draw_caption(svg_, chart_.text, kWidth, height_);
    return std::move(svg_).finish();
  }

 private:
  void draw_series(const LineSeries& series, const LineStyle& style) {
    std::vector<std::pair<double, double>> places;
    for (const LinePoint& point : series.points) {
      places.emplace_back(area_.x_of(point.x), area_.y_of(point.y));
      if (point.whisker.span() > 0) {
        draw_whisker(svg_, places.back().first, area_.y_of(point.whisker.low),
                     area_.y_of(point.whisker.high));
      }
    }
    svg_.polyline(places, style);
    for (const auto& [x, y] : places) svg_.circle(x, y, 3.5, style.color);
  }

  void draw_references() {
    double legend_y = top_ - legend_height_ + 2;
    for (size_t i = 0; i < chart_.references.size(); ++i) {
      const ReferenceLine& reference = chart_.references[i];
      const LineStyle style{.color = series_color(chart_.series.size() + i), .dashed = true};
      const double y = area_.y_of(reference.y);
      svg_.line(area_.box.x, y, area_.box.right(), y, style);
      legend_y += kLegendLine;
      svg_.line(kLeft, legend_y - 4, kLeft + 24, legend_y - 4, style);
      svg_.text(kLeft + 30, legend_y, reference.name, {.size = 11.5});
    }
  }

  const LineChart& chart_;
  double legend_height_, top_, height_;
  Svg svg_;
  PlotArea area_;
};

}  // namespace

std::string line_chart_svg(const LineChart& chart) { return Drawing(chart).draw(); }

}  // namespace eif
