#include "reports/html/explanation_figure.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "reports/html/heat_scale.h"
#include "reports/html/html_text.h"
#include "reports/html/matrix_data.h"

namespace eif {
namespace {

double unit_of(const MatrixSeries& series) {
  return std::isfinite(series.self_scale) ? series.self_scale : 1;
}

std::string unit_text(const MatrixSeries& series) {
  return std::isfinite(series.self_scale) ? "units of what a sample does for itself"
                                          : html_text(series.unit);
}

std::string seed_text(const MatrixSeries& series) {
  return absl::StrCat("seed ", series.seeds[series.explained].key.seed);
}

// ---- Layers ------------------------------------------------------------------------------------

// Means over the cells that were measured; NaN where there is none.
struct Means {
  double of_itself, of_others;
};

Means means_of(const Matrix& matrix, double unit) {
  double sums[2] = {0, 0}, counts[2] = {0, 0};
  for (size_t row = 0; row < matrix.rows(); ++row) {
    for (size_t column = 0; column < matrix.columns(); ++column) {
      const double value = matrix.at(row, column);
      if (!std::isfinite(value)) continue;
      const bool is_other = matrix.trained_ids()[row] != matrix.evaluated_ids()[column];
      sums[is_other] += value / unit;
      ++counts[is_other];
    }
  }
  return {sums[0] / counts[0], sums[1] / counts[1]};
}

// From the middle to the right where it is above 0, to the left where it is below.
std::string bar(double value, double largest, const char* kind, int y) {
  const double share = std::isfinite(value) && largest > 0 ? 50 * value / largest : 0;
  return absl::StrFormat("<rect class=\"%s\" x=\"%.2f%%\" y=\"%d\" width=\"%.2f%%\" height=\"6\"/>",
                         kind, 50 + std::min(share, 0.0), y, std::abs(share));
}

std::string layer_row(const std::string& name, const Means& means, double largest) {
  return absl::StrCat(
      "<tr><th scope=\"row\">", html_text(name),
      "</th><td><svg class=\"layers\" width=\"100%\" height=\"19\" aria-hidden=\"true\"><line "
      "class=\"zero\" x1=\"50%\" x2=\"50%\" y1=\"0\" y2=\"19\"/>",
      bar(means.of_itself, largest, "itself", 3), bar(means.of_others, largest, "others", 10),
      "</svg></td><td class=\"number\">", html_number(means.of_itself),
      "</td><td class=\"number\">", html_number(means.of_others), "</td></tr>\n");
}

std::string layers_html(const MatrixSeries& series) {
  const std::vector<InfluenceShare>& layers = series.explanation->layers;
  if (layers.empty()) return "";
  std::vector<Means> means;
  double largest = 0;
  for (const InfluenceShare& share : layers) {
    means.push_back(means_of(share.influence, unit_of(series)));
    for (const double value : {means.back().of_itself, means.back().of_others}) {
      if (std::isfinite(value)) largest = std::max(largest, std::abs(value));
    }
  }
  std::string html = absl::StrCat(
      "<details class=\"explained\"><summary>Influence by layer, ", seed_text(series),
      "</summary><p class=\"faint\">Means over the cells, to first order in the learning rate, in ",
      unit_text(series),
      "; the layers add up.</p><div class=\"scroll\" role=\"group\" tabindex=\"0\" "
      "aria-label=\"influence by layer\"><table class=\"by-layer\"><thead><tr><th "
      "scope=\"col\">layer</th><th scope=\"col\">harm − 0 + help</th><th "
      "scope=\"col\"><span class=\"swatch itself\"></span>on itself</th><th scope=\"col\"><span "
      "class=\"swatch others\"></span>on others</th></tr></thead><tbody>\n");
  for (size_t i = 0; i < means.size(); ++i) {
    html += layer_row(layer_name(layers[i]), means[i], largest);
  }
  return html + "</tbody></table></div></details>\n";
}

// ---- Tokens ------------------------------------------------------------------------------------

// The row with the same sample, or else the one that changed the column most; nothing where none
// was measured.
std::optional<size_t> row_for(const Matrix& matrix, size_t column) {
  std::optional<size_t> most;
  for (size_t row = 0; row < matrix.rows(); ++row) {
    const double value = matrix.at(row, column);
    if (!std::isfinite(value)) continue;
    if (matrix.trained_ids()[row] == matrix.evaluated_ids()[column]) return row;
    if (!most || std::abs(value) > std::abs(matrix.at(*most, column))) most = row;
  }
  return most;
}

// As page.js writes it.
std::string token_html(const ScoredToken& token, double value, const MatrixSeries& series) {
  return absl::StrCat("<span class=\"token ", heat_class(value, heat_limit(series)), "\"><span>",
                      html_text(token_text(token)), "</span> <small>",
                      html_number(value / unit_of(series)), "</small></span>");
}

std::string column_html(const MatrixSeries& series, size_t column) {
  const Explanation& why = *series.explanation;
  const std::optional<size_t> row = row_for(why.first_order, column);
  if (!row) return "";
  std::string tokens;
  for (size_t i = 0; i < why.tokens.size(); ++i) {
    if (why.tokens[i].column != column) continue;
    absl::StrAppend(&tokens, token_html(why.tokens[i], why.token_influence.at(*row, i), series),
                    " ");
  }
  if (tokens.empty()) return "";
  const std::string& evaluated = why.first_order.evaluated_ids()[column];
  const std::string& trained = why.first_order.trained_ids()[*row];
  return absl::StrCat(
      "<li><b>", html_text(evaluated), "</b> <span class=\"faint\">after training on ",
      trained == evaluated ? "itself" : html_text(trained), "</span><br/>", tokens, "</li>\n");
}

std::string tokens_html(const MatrixSeries& series) {
  const Explanation& why = *series.explanation;
  if (why.tokens.empty()) return "";
  const size_t columns = why.first_order.columns();
  std::string html = absl::StrCat(
      "<details class=\"explained\"><summary>Tokens by what training changed, ", seed_text(series),
      "</summary><p class=\"faint\">How much less each token of a sample costs, in ",
      unit_text(series),
      "; their mean is the cell. Of a chosen cell the tokens stand above.</p><ul "
      "class=\"tokens\">\n");
  for (size_t column = 0; column < std::min(columns, kMostTokenColumns); ++column) {
    html += column_html(series, column);
  }
  html += "</ul>";
  if (columns > kMostTokenColumns) {
    absl::StrAppend(&html, "<p class=\"faint\">The first ", kMostTokenColumns, " of ", columns,
                    " samples; all are in the run's explanations.</p>");
  }
  return html + "</details>\n";
}

}  // namespace

std::string explanation_html(const MatrixSeries& series) {
  if (!series.explanation) return "";
  return absl::StrCat(
      "<div class=\"why\" role=\"group\" aria-label=\"what the chosen cell is made of\" "
      "hidden=\"\"></div>\n",
      layers_html(series), tokens_html(series));
}

}  // namespace eif
