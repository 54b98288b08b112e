#include "reports/figures/plot_area.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"

namespace eif {
namespace {

constexpr double kTitleSize = 16, kSubtitleSize = 12, kCaptionSize = 10.5, kTickSize = 10.5;
constexpr double kLineSpacing = 1.35;  // of the size of the letters

std::vector<std::string> lines_of(const std::string& text, double width, double size) {
  const double characters = (width - 2 * kMargin) / text_width("x", size);
  return wrapped(text, static_cast<size_t>(std::max(1.0, characters)));
}

double height_of(const std::vector<std::string>& lines, double size) {
  return static_cast<double>(lines.size()) * size * kLineSpacing;
}

void draw_lines(Svg& svg, double y, const std::vector<std::string>& lines, const TextStyle& style) {
  for (const std::string& line : lines) {
    y += style.size * kLineSpacing;
    svg.text(kMargin, y, line, style);
  }
}

double step_of(const Range& range, size_t count) {
  const double rough = range.span() / static_cast<double>(count);
  const double power = std::pow(10.0, std::floor(std::log10(rough)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= rough) return factor * power;
  }
  return 10 * power;
}

}  // namespace

double height_of_head(const FigureText& text, double width) {
  return kMargin + height_of(lines_of(text.title, width, kTitleSize), kTitleSize) +
         height_of(lines_of(text.subtitle, width, kSubtitleSize), kSubtitleSize) + kMargin;
}

double height_of_caption(const FigureText& text, double width) {
  return height_of(lines_of(text.caption, width, kCaptionSize), kCaptionSize) + kMargin;
}

void draw_head(Svg& svg, const FigureText& text, double width) {
  const std::vector<std::string> title = lines_of(text.title, width, kTitleSize);
  draw_lines(svg, kMargin / 2, title, {.size = kTitleSize, .bold = true});
  draw_lines(svg, kMargin / 2 + height_of(title, kTitleSize),
             lines_of(text.subtitle, width, kSubtitleSize), {.size = kSubtitleSize});
}

void draw_caption(Svg& svg, const FigureText& text, double width, double height) {
  draw_lines(svg, height - height_of_caption(text, width),
             lines_of(text.caption, width, kCaptionSize),
             {.size = kCaptionSize, .color = kFaintInk});
}

Range widened(Range range, const std::vector<double>& values) {
  for (const double value : values) {
    if (!std::isfinite(value)) continue;
    range.low = std::min(range.low, value);
    range.high = std::max(range.high, value);
  }
  if (!(range.span() > 0)) range.high = range.low + 1;
  return range;
}

std::vector<double> ticks(const Range& range, size_t count) {
  const double step = step_of(range, count);
  // A hair of a step: rounding must not lose a tick at the end of the range.
  const double slack = 1e-9;
  std::vector<double> result;
  for (double k = std::ceil(range.low / step - slack); k <= range.high / step + slack; ++k) {
    result.push_back(k * step);
  }
  return result;
}

std::string tick_label(double value, const Range& range) {
  const double step = step_of(range, 5);
  if (std::abs(value) < step * 1e-9) return "0";
  if (step < 1e-3 || step >= 1e5) return absl::StrFormat("%.2g", value);
  const int decimals = std::max(0, static_cast<int>(-std::floor(std::log10(step) + 1e-9)));
  return absl::StrReplaceAll(absl::StrFormat("%.*f", decimals, value), {{"-", "−"}});
}

void draw_axes(Svg& svg, const PlotArea& area, const AxisTitles& titles, bool x_ticks) {
  const Box& box = area.box;
  for (const double value : ticks(area.y, 5)) {
    const double y = area.y_of(value);
    svg.line(box.x, y, box.right(), y, {.color = kGridInk});
    svg.text(box.x - 6, y + kTickSize / 3, tick_label(value, area.y),
             {.size = kTickSize, .anchor = Anchor::kEnd});
  }
  if (x_ticks) {
    for (const double value : ticks(area.x, 5)) {
      const double x = area.x_of(value);
      svg.line(x, box.y, x, box.bottom(), {.color = kGridInk});
      svg.text(x, box.bottom() + 15, tick_label(value, area.x),
               {.size = kTickSize, .anchor = Anchor::kMiddle});
    }
  }
  svg.line(box.x, box.y, box.x, box.bottom(), {});
  svg.line(box.x, box.bottom(), box.right(), box.bottom(), {});
  svg.text(box.x + box.width / 2, box.bottom() + 34, titles.x,
           {.size = 11.5, .anchor = Anchor::kMiddle});
  svg.text(box.x - 46, box.y + box.height / 2, titles.y,
           {.size = 11.5, .anchor = Anchor::kMiddle, .rotation = -90});
}

void draw_whisker(Svg& svg, double x, double y_low, double y_high) {
  svg.line(x, y_low, x, y_high, {.color = kInk});
  for (const double y : {y_low, y_high}) svg.line(x - 3, y, x + 3, y, {.color = kInk});
}

const std::string& series_color(size_t index) {
  static const std::array<std::string, kSeriesColors>& colors =
      *new std::array<std::string, kSeriesColors>{"#b2182b", "#2166ac", "#4d9221", "#8c510a",
                                                  "#762a83", "#01665e", "#e08214", "#4d4d4d"};
  return colors[index % kSeriesColors];
}

void draw_legend(Svg& svg, double x, double y, const std::vector<LegendEntry>& entries) {
  for (const LegendEntry& entry : entries) {
    svg.rect({x, y - 9, 10, 10}, entry.color);
    svg.text(x + 15, y, entry.name, {.size = 11.5});
    x += 15 + text_width(entry.name, 11.5) + 22;
  }
}

}  // namespace eif
