#include "reports/figures/heat_map.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "reports/figures/color_scale.h"

namespace eif {
namespace {

constexpr double kLabelSize = 10.5, kLabelLine = 13, kCellTextSize = 10;
constexpr size_t kLabelCharacters = 47;  // "Whenever A happens, it causes B to happen." in one line
constexpr double kSmallestLabelled = 40;  // room for "−0.12"
constexpr double kGroupedField = 600;     // about the side of a matrix whose cells have no labels
constexpr double kPanelGap = 28;
constexpr double kAxisTitle = 20;  // what a title beside the labels takes
constexpr double kBarWidth = 14, kBarRoom = 90;
constexpr double kSmallestWidth = 640;

// A label as it is drawn: the id, and the wrapped lines.
std::vector<std::string> lines_of(const CellLabel& label) {
  std::vector<std::string> lines;
  for (const std::string& line : label.lines) {
    for (std::string& part : wrapped(line, kLabelCharacters)) lines.push_back(std::move(part));
  }
  return lines;
}

size_t most_lines(const std::vector<CellLabel>& labels) {
  size_t most = 0;
  for (const CellLabel& label : labels) most = std::max(most, lines_of(label).size() + 1);
  return most;
}

// The longest line of the labels or names of groups.
double label_length(const std::vector<CellLabel>& labels, const std::vector<CellGroup>& groups) {
  double longest = 0;
  for (const CellLabel& label : labels) {
    longest = std::max(longest, text_width(label.id, kLabelSize));
    for (const std::string& line : lines_of(label)) {
      longest = std::max(longest, text_width(line, kLabelSize));
    }
  }
  for (const CellGroup& group : groups) {
    longest = std::max(longest, text_width(group.name, kLabelSize));
  }
  return std::ceil(longest) + 10;
}

std::string number_text(double value) {
  if (!std::isfinite(value)) return "–";
  const int decimals = std::abs(value) < 9.995 ? 2 : 1;
  const std::string text = absl::StrFormat("%.*f", decimals, value);
  if (text == "-0.00") return "0.00";
  return absl::StrReplaceAll(text, {{"-", "−"}});
}

class Drawing {
 public:
  explicit Drawing(const HeatMap& map)
      : map_(map),
        cell_(cell_side()),
        row_labels_(label_length(map.rows, map.groups)),
        column_labels_(label_length(map.columns, map.groups)),
        width_(figure_width()),
        top_(std::ceil(height_of_head(map.text, width_)) + 18),
        height_(top_ + field_height() + column_labels_ + kAxisTitle + kMargin +
                height_of_caption(map.text, width_)),
        svg_(width_, height_, map.text.title) {}

  std::string draw() && {
    draw_head(svg_, map_.text, width_);
    svg_.text(kMargin + 10, top_ + field_height() / 2, map_.row_title,
              {.size = 11.5, .anchor = Anchor::kMiddle, .rotation = -90});
    const double first = kMargin + kAxisTitle + row_labels_;
    draw_row_labels(first - 6);
    double x = first;
    for (const HeatMapPanel& panel : map_.panels) {
      draw_panel(panel, x);
      x += field_width() + kPanelGap;
    }
    draw_color_bar(x - kPanelGap + 20);
    draw_caption(svg_, map_.text, width_, height_);
    return std::move(svg_).finish();
  }

 private:
  size_t rows() const { return map_.panels.front().rows; }
  size_t columns() const { return map_.panels.front().columns; }
  bool has_labels() const { return !map_.rows.empty(); }
  double field_width() const { return cell_ * static_cast<double>(columns()); }
  double field_height() const { return cell_ * static_cast<double>(rows()); }

  double cell_side() const {
    if (!has_labels())
      return std::max(2.0, std::floor(kGroupedField / static_cast<double>(rows())));
    const auto lines =
        static_cast<double>(std::max(most_lines(map_.rows), most_lines(map_.columns)));
    return std::max(kSmallestLabelled, lines * kLabelLine + 6);
  }

  double figure_width() const {
    const auto panels = static_cast<double>(map_.panels.size());
    const double natural = kMargin + kAxisTitle + row_labels_ + panels * field_width() +
                           (panels - 1) * kPanelGap + kBarRoom + kMargin;
    return std::max(kSmallestWidth, natural);
  }

  // The id in grey and what it says, around the middle of its cell; `at` maps a distance across
  // the label to a place.
  template <typename Place>
  void draw_label(const CellLabel& label, double rotation, const Place& at) {
    const std::vector<std::string> lines = lines_of(label);
    const double block = static_cast<double>(lines.size() + 1) * kLabelLine;
    double across = -block / 2 + kLabelSize;
    const auto draw = [&](const std::string& text, const std::string& color) {
      const auto [x, y] = at(across);
      svg_.text(x, y, text,
                {.size = kLabelSize, .anchor = Anchor::kEnd, .rotation = rotation, .color = color});
      across += kLabelLine;
    };
    draw(label.id, kFaintInk);
    for (const std::string& line : lines) draw(line, kInk);
  }

  void draw_row_labels(double right) {
    for (size_t row = 0; row < map_.rows.size(); ++row) {
      const double middle = top_ + (static_cast<double>(row) + 0.5) * cell_;
      draw_label(map_.rows[row], 0,
                 [&](double across) { return std::pair(right, middle + across); });
    }
    double y = top_;
    for (const CellGroup& group : map_.groups) {
      const double side = cell_ * static_cast<double>(group.count);
      svg_.text(right, y + side / 2 + kLabelSize / 3, group.name,
                {.size = kLabelSize, .anchor = Anchor::kEnd});
      y += side;
    }
  }

  void draw_column_labels(double left) {
    const double labels_top = top_ + field_height() + 6;
    for (size_t column = 0; column < map_.columns.size(); ++column) {
      const double middle = left + (static_cast<double>(column) + 0.5) * cell_;
      draw_label(map_.columns[column], -90,
                 [&](double across) { return std::pair(middle + across, labels_top); });
    }
    double x = left;
    for (const CellGroup& group : map_.groups) {
      const double side = cell_ * static_cast<double>(group.count);
      svg_.text(x + side / 2, labels_top + kLabelSize, group.name,
                {.size = kLabelSize, .anchor = Anchor::kMiddle});
      x += side;
    }
    svg_.text(left + field_width() / 2, labels_top + column_labels_ + 12, map_.column_title,
              {.size = 11.5, .anchor = Anchor::kMiddle});
  }

  void draw_panel(const HeatMapPanel& panel, double left) {
    svg_.text(left + field_width() / 2, top_ - 8, panel.title,
              {.size = 12, .anchor = Anchor::kMiddle, .bold = true});
    for (size_t row = 0; row < panel.rows; ++row) {
      for (size_t column = 0; column < panel.columns; ++column) draw_cell(panel, left, row, column);
    }
    draw_group_borders(left);
    svg_.outline({left, top_, field_width(), field_height()}, {.color = kFaintInk});
    draw_column_labels(left);
  }

  void draw_cell(const HeatMapPanel& panel, double left, size_t row, size_t column) {
    const double value = panel.values[row * panel.columns + column];
    const Box box{left + static_cast<double>(column) * cell_,
                  top_ + static_cast<double>(row) * cell_, cell_, cell_};
    if (!has_labels()) {
      svg_.rect(box, diverging_color(value, map_.limit));
      return;
    }
    svg_.rect(box, diverging_color(value, map_.limit),
              absl::StrCat(map_.rows[row].id, " → ", map_.columns[column].id, ": ",
                           absl::StrFormat("%.4g", value)));
    svg_.text(box.x + cell_ / 2, box.y + cell_ / 2 + kCellTextSize / 3, number_text(value),
              {.size = kCellTextSize,
               .anchor = Anchor::kMiddle,
               .color = is_dark(value, map_.limit) ? "#ffffff" : kInk});
  }

  void draw_group_borders(double left) {
    const LineStyle style{.color = "#9a9a9a", .width = 0.75};
    double offset = 0;
    for (const CellGroup& group : map_.groups) {
      offset += cell_ * static_cast<double>(group.count);
      svg_.line(left, top_ + offset, left + field_width(), top_ + offset, style);
      svg_.line(left + offset, top_, left + offset, top_ + field_height(), style);
    }
  }

  void draw_color_bar(double x) {
    constexpr int kSteps = 64;  // finer than the eye tells apart
    const double height = std::min(field_height(), 260.0);
    const Range range{-map_.limit, map_.limit};
    const PlotArea area{{x, top_, kBarWidth, height}, {0, 1}, range};
    for (int step = 0; step < kSteps; ++step) {
      const double value = range.high - (step + 0.5) / kSteps * range.span();
      svg_.rect({x, top_ + height * step / kSteps, kBarWidth, height / kSteps + 0.5},
                diverging_color(value, map_.limit));
    }
    svg_.outline(area.box, {.color = kFaintInk});
    for (const double value : ticks(range, 7)) {
      svg_.line(area.box.right(), area.y_of(value), area.box.right() + 4, area.y_of(value), {});
      svg_.text(area.box.right() + 7, area.y_of(value) + 3.5,
                tick_label(value, {-map_.limit / 2, map_.limit / 2}), {.size = kLabelSize});
    }
    svg_.text(area.box.right() + 52, top_ + height / 2, map_.unit,
              {.size = 11, .anchor = Anchor::kMiddle, .rotation = -90});
  }

  const HeatMap& map_;
  double cell_, row_labels_, column_labels_, width_, top_, height_;
  Svg svg_;
};

}  // namespace

std::string heat_map_svg(const HeatMap& map) { return Drawing(map).draw(); }

}  // namespace eif
