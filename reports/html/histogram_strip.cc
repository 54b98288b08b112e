#include "reports/html/histogram_strip.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "reports/figures/histograms.h"
#include "reports/html/html_text.h"

namespace eif {
namespace {

constexpr size_t kBins = 40;
// Fewer numbers are better read as numbers.
constexpr size_t kFewestCells = 40;
constexpr int kHeight = 72, kAxisHeight = 22;

// Between different samples, each seed a draw.
std::vector<std::vector<double>> draws_of(const MatrixSeries& series) {
  const double unit = std::isfinite(series.self_scale) ? series.self_scale : 1;
  std::vector<std::vector<double>> draws;
  for (const MeasuredMatrix& seed : series.seeds) {
    const Matrix& matrix = seed.matrix;
    std::vector<double>& draw = draws.emplace_back();
    for (size_t row = 0; row < matrix.rows(); ++row) {
      for (size_t column = 0; column < matrix.columns(); ++column) {
        const double value = matrix.at(row, column);
        if (matrix.trained_ids()[row] != matrix.evaluated_ids()[column] && std::isfinite(value)) {
          draw.push_back(value / unit);
        }
      }
    }
  }
  return draws;
}

std::string percent(double share) { return absl::StrFormat("%.2f%%", 100 * share); }

std::string bars(const Histogram& histogram) {
  const double highest = *std::max_element(histogram.shares.begin(), histogram.shares.end());
  const double width = 1.0 / static_cast<double>(histogram.shares.size());
  std::string svg;
  for (size_t bin = 0; bin < histogram.shares.size(); ++bin) {
    const double height = highest > 0 ? histogram.shares[bin] / highest * kHeight : 0;
    if (height <= 0) continue;
    const double left = static_cast<double>(bin) * width;
    absl::StrAppendFormat(&svg,
                          "<rect x=\"%s\" y=\"%.1f\" width=\"%s\" height=\"%.1f\"><title>%.1f %% "
                          "from %.3g on</title></rect>",
                          percent(left), kHeight - height, percent(width), height,
                          100 * histogram.shares[bin],
                          histogram.range.low + left * histogram.range.span());
  }
  return svg;
}

std::string axis(const Range& range) {
  std::string svg;
  for (const double value : ticks(range, 5)) {
    const std::string x = percent((value - range.low) / range.span());
    absl::StrAppend(&svg, "<line class=\"tick\" x1=\"", x, "\" x2=\"", x, "\" y1=\"", kHeight,
                    "\" y2=\"", kHeight + 4, "\"/><text x=\"", x, "\" y=\"", kHeight + 17,
                    "\" text-anchor=\"middle\">", tick_label(value, range), "</text>");
  }
  const std::string zero = percent((0 - range.low) / range.span());
  return absl::StrCat(svg, "<line class=\"zero\" x1=\"", zero, "\" x2=\"", zero,
                      "\" y1=\"0\" y2=\"", kHeight, "\"/>");
}

std::string histogram_html(const MatrixSeries& series) {
  const std::vector<std::vector<double>> draws = draws_of(series);
  size_t count = 0;
  for (const std::vector<double>& draw : draws) count += draw.size();
  if (count < kFewestCells) return "";
  const Histogram histogram = histogram_of(draws, kBins);
  const bool is_tuned = series.condition == Condition::kFineTuning;
  const std::string name = absl::StrFormat(
      "%s, %d cells between different samples, from %.3g to %.3g%s",
      is_tuned ? "by fine-tuning" : "in context", count, histogram.range.low, histogram.range.high,
      std::isfinite(series.self_scale) ? " of the self scale" : " " + series.unit);
  return absl::StrCat(
      "<figure class=\"histogram\"><figcaption class=\"faint\">Distribution: ", html_text(name),
      "</figcaption><svg role=\"img\" width=\"100%\" height=\"", kHeight + kAxisHeight,
      "\" class=\"", is_tuned ? "tuned" : "read", "\" aria-label=\"", html_text(name), "\">",
      bars(histogram), axis(histogram.range), "</svg></figure>\n");
}

}  // namespace

std::string histograms_html(const MatrixSeries& series, const MatrixSeries* read) {
  std::string html;
  for (const MatrixSeries* one : {&series, read}) {
    if (one == nullptr || one->seeds.empty()) continue;
    html += histogram_html(*one);
  }
  return html.empty() ? "" : absl::StrCat("<div class=\"pair\">", html, "</div>\n");
}

}  // namespace eif
