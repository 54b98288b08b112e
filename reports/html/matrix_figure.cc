#include "reports/html/matrix_figure.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "reports/html/explanation_figure.h"
#include "reports/html/heat_scale.h"
#include "reports/html/html_text.h"
#include "reports/html/matrix_data.h"

namespace eif {
namespace {

bool is_table(const Matrix& matrix) {
  return std::max(matrix.rows(), matrix.columns()) <= kMostTableRows;
}

const char* rows_are(const MatrixSeries& series) {
  if (series.seeds.front().cells == Cells::kDistance) return "from";
  return series.condition == Condition::kInContext ? "read before" : "trained on";
}

const char* columns_are(const MatrixSeries& series) {
  return series.seeds.front().cells == Cells::kDistance ? "to" : "evaluated on";
}

// In units of the self scale where there is one: two decimals show a tenth of the smallest effect.
// page.js writes them, too.
std::string cell_text(double value, const MatrixSeries& series) {
  if (!std::isfinite(value)) return "";
  const double shown = std::isfinite(series.self_scale) ? value / series.self_scale : value;
  const std::string text = absl::StrFormat("%.*f", std::abs(shown) < 99.995 ? 2 : 0, shown);
  return text == "-0.00" ? "0.00" : absl::StrReplaceAll(text, {{"-", "−"}});
}

// ---- A table -----------------------------------------------------------------------------------

std::string head_row(const MatrixSeries& series) {
  std::string html = absl::StrCat("<thead><tr><td class=\"corner\">", rows_are(series), " ↓<br/>",
                                  columns_are(series), " →</td>");
  for (const std::string& id : series.seeds.front().matrix.evaluated_ids()) {
    absl::StrAppend(&html, "<th scope=\"col\"><span>", html_text(id), "</span></th>");
  }
  return html + "</tr></thead>\n";
}

std::string table_html(const MatrixSeries& series, const MatrixView& view) {
  const MeasuredMatrix& first = series.seeds.front();
  const Matrix& matrix = first.matrix;
  const double limit = heat_limit(series);
  std::string html = absl::StrCat("<table class=\"heat\">", head_row(series), "<tbody>\n");
  for (size_t row = 0; row < matrix.rows(); ++row) {
    absl::StrAppend(&html, "<tr><th scope=\"row\">", html_text(matrix.trained_ids()[row]),
                    " <span class=\"text\">",
                    row < first.trained.size() ? html_text(sample_text(first.trained[row])) : "",
                    "</span></th>");
    for (size_t column = 0; column < matrix.columns(); ++column) {
      const double value = view.cells[row * matrix.columns() + column];
      absl::StrAppend(&html, "<td class=\"", heat_class(value, limit), "\">",
                      cell_text(value, series), "</td>");
    }
    html += "</tr>\n";
  }
  return html + "</tbody></table>";
}

// ---- A picture ---------------------------------------------------------------------------------

std::string picture_html(const MatrixSeries& series, const MatrixView& view) {
  const Matrix& matrix = series.seeds.front().matrix;
  return absl::StrCat("<p class=\"faint axes\">rows: ", rows_are(series),
                      " ↓ &#160; columns: ", columns_are(series),
                      " →</p><div class=\"picture\"><img class=\"cells\" width=\"",
                      matrix.columns(), "\" height=\"", matrix.rows(), "\" alt=\"", matrix.rows(),
                      " × ", matrix.columns(), " cells, ", html_text(view.name), "\" src=\"",
                      picture_url(series, view), "\"/></div>");
}

std::string samples_html(const std::vector<Sample>& samples, const char* title) {
  std::string html = absl::StrCat("<h5>", title, "</h5><ul>");
  for (const Sample& sample : samples) {
    absl::StrAppend(&html, "<li><b>", html_text(sample.id), "</b> ", html_text(sample_text(sample)),
                    "</li>\n");
  }
  return html + "</ul>";
}

// What the ids stand for. Rows and columns are often the same samples.
std::string samples_of(const MatrixSeries& series) {
  const MeasuredMatrix& first = series.seeds.front();
  const bool are_same = first.matrix.trained_ids() == first.matrix.evaluated_ids();
  return absl::StrCat("<details class=\"samples\"><summary>Samples of seed ", first.key.seed,
                      "</summary>", samples_html(first.trained, are_same ? "Samples" : "Rows"),
                      are_same ? "" : samples_html(first.evaluated, "Columns"), "</details>\n");
}

// ---- A figure ----------------------------------------------------------------------------------

std::string options_of(const std::vector<MatrixView>& views) {
  std::string html;
  for (size_t i = 0; i < views.size(); ++i) {
    absl::StrAppend(&html, "<option value=\"", i, "\">", html_text(views[i].name), "</option>");
  }
  return html;
}

std::string caption_of(const MatrixSeries& series) {
  if (!series.caption.empty()) return series.caption;
  if (series.seeds.front().cells == Cells::kDistance) return "distance";
  return series.condition == Condition::kInContext ? "in context" : "by fine-tuning";
}

std::string unit_text(const MatrixSeries& series) {
  if (std::isfinite(series.self_scale)) {
    return absl::StrFormat("1 is what a sample does for itself, %.3g %s", series.self_scale,
                           series.unit);
  }
  return series.unit;
}

std::string figure_html(const MatrixSeries& series) {
  const std::vector<MatrixView> views = views_of(series);
  const Matrix& matrix = series.seeds.front().matrix;
  const bool as_table = is_table(matrix);
  const std::string caption = html_text(caption_of(series));
  const std::string name = absl::StrCat(series.request, ", ", caption_of(series));
  return absl::StrCat(
      "<figure class=\"matrix\"><figcaption><b>", caption, "</b> <span class=\"faint\">",
      html_text(views.front().name), "; ", html_text(unit_text(series)),
      "</span> <label class=\"views\" hidden=\"\">shown <select>", options_of(views),
      "</select></label></figcaption>\n<div class=\"scroll\" role=\"group\" tabindex=\"0\" "
      "aria-label=\"",
      html_text(name), "\">",
      as_table ? table_html(series, views.front()) : picture_html(series, views.front()),
      "</div>\n<p class=\"readout\" aria-live=\"polite\" hidden=\"\"></p>\n",
      explanation_html(series),
      "<script type=\"application/json\">", matrix_json(series, views, !as_table), "</script>\n",
      as_table && matrix.trained_ids() == matrix.evaluated_ids() ? "" : samples_of(series),
      "</figure>\n");
}

std::string notes_of(const MatrixSeries& series) {
  std::string html;
  if (!series.error.empty()) {
    absl::StrAppend(&html,
                    "<p class=\"notice\">A matrix could not be read: ", html_text(series.error),
                    "</p>\n");
  }
  if (!series.left_out.empty()) {
    absl::StrAppend(&html, "<p class=\"faint\">Other rows or columns, and not shown: seeds ",
                    absl::StrJoin(series.left_out, ", "), ".</p>\n");
  }
  return html;
}

}  // namespace

std::string matrix_figures_html(const std::vector<const MatrixSeries*>& all) {
  std::string html = absl::StrCat("<section class=\"request\"><h4>",
                                  html_text(all.front()->request), "</h4>\n");
  for (const MatrixSeries* one : all) html += notes_of(*one);
  html += "<div class=\"pair\">";
  for (const MatrixSeries* one : all) {
    if (one->seeds.empty() || one->seeds.front().matrix.values().empty()) continue;
    html += figure_html(*one);
  }
  return html + "</div></section>\n";
}

std::string matrix_figures_html(const MatrixSeries& series, const MatrixSeries* read) {
  std::vector<const MatrixSeries*> all = {&series};
  if (read != nullptr) all.push_back(read);
  return matrix_figures_html(all);
}

}  // namespace eif
