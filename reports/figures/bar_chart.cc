#include "reports/figures/bar_chart.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace eif {
namespace {

constexpr double kWidth = 760, kPlotHeight = 300;
constexpr double kLeft = 80, kLegend = 46, kBelow = 54;
constexpr double kGroupShare = 0.7;  // of the room of a category; the rest keeps groups apart

class Drawing {
 public:
  explicit Drawing(const BarChart& chart)
      : chart_(chart),
        top_(height_of_head(chart.text, kWidth) + kLegend),
        height_(top_ + kPlotHeight + kBelow + height_of_caption(chart.text, kWidth)),
        svg_(kWidth, height_, chart.text.title) {
    std::vector<double> reached;
    for (const BarSeries& series : chart.series) {
      for (const Bar& bar : series.bars) {
        reached.insert(reached.end(), {bar.value, bar.whisker.low, bar.whisker.high});
      }
    }
    area_ = {
        {kLeft, top_, kWidth - kLeft - kMargin, kPlotHeight}, {0, 1}, widened(chart.y, reached)};
  }

  std::string draw() && {
    draw_head(svg_, chart_.text, kWidth);
    std::vector<LegendEntry> legend;
    for (size_t i = 0; i < chart_.series.size(); ++i) {
      legend.push_back({chart_.series[i].name, series_color(i)});
    }
    draw_legend(svg_, kLeft, top_ - 32, legend);
    draw_axes(svg_, area_, {"", chart_.y_title}, /*x_ticks=*/false);
    for (size_t category = 0; category < chart_.categories.size(); ++category) {
      draw_category(category);
    }
    draw_caption(svg_, chart_.text, kWidth, height_);
    return std::move(svg_).finish();
  }

 private:
  void draw_category(size_t category) {
    const double room = area_.box.width / static_cast<double>(chart_.categories.size());
    const double middle = area_.box.x + (static_cast<double>(category) + 0.5) * room;
    const double width = room * kGroupShare / static_cast<double>(chart_.series.size());
    double x = middle - room * kGroupShare / 2;
    for (size_t i = 0; i < chart_.series.size(); ++i) {
      draw_bar(i, category, {x, 0, width - 2, 0});
      x += width;
    }
    svg_.text(middle, area_.box.bottom() + 16, chart_.categories[category],
              {.size = 11, .anchor = Anchor::kMiddle});
  }

  void draw_bar(size_t series, size_t category, Box box) {
    const Bar& bar = chart_.series[series].bars[category];
    if (!std::isfinite(bar.value)) return;
    const double zero = area_.y_of(std::clamp(0.0, area_.y.low, area_.y.high));
    const double end = area_.y_of(bar.value);
    box.y = std::min(zero, end);
    box.height = std::abs(end - zero);
    svg_.rect(box, series_color(series),
              absl::StrCat(chart_.categories[category], ", ", chart_.series[series].name, ": ",
                           absl::StrFormat("%.4g", bar.value)));
    const double middle = box.x + box.width / 2;
    double label_y = box.y;
    if (bar.whisker.span() > 0) {
      draw_whisker(svg_, middle, area_.y_of(bar.whisker.low), area_.y_of(bar.whisker.high));
      label_y = std::min(label_y, area_.y_of(bar.whisker.high));
    }
    svg_.text(middle, label_y - 5, absl::StrFormat("%.2f", bar.value),
              {.size = 10.5, .anchor = Anchor::kMiddle});
  }

  const BarChart& chart_;
  double top_, height_;
  Svg svg_;
  PlotArea area_;
};

}  // namespace

std::string bar_chart_svg(const BarChart& chart) { return Drawing(chart).draw(); }

}  // namespace eif
