#include "reports/html/effect_lines.h"

#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "reports/html/html_text.h"
#include "suite/core/verdict.h"

namespace eif {
namespace {

std::vector<std::string> primary_ids(const DesideratumResult& result) {
  std::vector<std::string> ids;
  for (const ExpectationResult& one : result.expectations) {
    if (one.expectation.primary) ids.push_back(one.expectation.id);
  }
  return ids;
}

// `shift`: of x.
LineSeries series_of(const std::string& id, const EffectLines& lines, double shift) {
  LineSeries series;
  for (const PlacedResult& placed : lines.results) {
    const ExpectationResult* one = find_expectation(*placed.result, id);
    if (one == nullptr || !std::isfinite(one->outcome.mean)) continue;
    LinePoint point{.x = placed.x + shift, .y = one->outcome.mean};
    point.whisker = {point.y, point.y};
    const Interval interval = lines.interval(*one);
    if (std::isfinite(interval.low) && std::isfinite(interval.high)) {
      point.whisker = {interval.low, interval.high};
    }
    series.points.push_back(point);
  }
  return series;
}

// Lines are numbered: the names of expectations are too long for a legend.
std::string chart_of(const EffectLines& lines, const std::vector<std::string>& ids) {
  LineChart chart{
      .text = {.title = lines.title, .subtitle = lines.subtitle, .caption = lines.caption},
      .titles = {lines.x_title, "effect (self scales)"},
      .references = {
          {absl::StrCat("smallest effect that counts, ", kSmallestEffect), kSmallestEffect}}};
  for (size_t i = 0; i < ids.size(); ++i) {
    const double from_middle = static_cast<double>(i) - static_cast<double>(ids.size() - 1) / 2;
    LineSeries series = series_of(ids[i], lines, lines.line_distance * from_middle);
    if (series.points.empty()) continue;
    series.name = absl::StrCat(i + 1);
    chart.series.push_back(std::move(series));
  }
  if (chart.series.empty()) return "";
  return chart_html(chart);
}

// A colour, as it stands in an attribute, and what the page calls it, which has another in the dark.
// A text has no such quotes: they are escaped.
std::pair<std::string, std::string> recolored(const std::string& color, const std::string& name) {
  return {absl::StrCat("=\"", color, "\""), absl::StrCat("=\"var(--", name, ")\"")};
}

// A picture of its own has a declaration, an id that the page may have once, and colours on white.
std::string part_of_page(const std::string& svg) {
  std::vector<std::pair<std::string, std::string>> changes = {
      {" id=\"background\"", ""},     recolored(kPaper, "ground"), recolored(kInk, "ink"),
      recolored(kFaintInk, "faint"), recolored(kGridInk, "line")};
  for (size_t i = 0; i < kSeriesColors; ++i) {
    changes.push_back(recolored(series_color(i), absl::StrCat("series-", i + 1)));
  }
  return absl::StrReplaceAll(svg.substr(svg.find("<svg")), changes);
}

std::string table_of(const EffectLines& lines, const std::vector<std::string>& ids) {
  std::string html = absl::StrCat(
      "<div class=\"scroll\" role=\"group\" tabindex=\"0\" aria-label=\"", html_text(lines.summary),
      "\"><table><thead><tr><th scope=\"col\">primary expectation</th>");
  for (const PlacedResult& placed : lines.results) {
    absl::StrAppend(&html, "<th scope=\"col\">", html_text(placed.name), "</th>");
  }
  html += "</tr></thead><tbody>\n";
  for (size_t i = 0; i < ids.size(); ++i) {
    absl::StrAppend(&html, "<tr><th scope=\"row\">", i + 1, ". ", html_prose(ids[i]), "</th>");
    for (const PlacedResult& placed : lines.results) {
      const ExpectationResult* one = find_expectation(*placed.result, ids[i]);
      absl::StrAppend(&html, "<td>",
                      one == nullptr ? "–"
                                     : absl::StrCat(html_number(one->outcome.mean), " ",
                                                    html_verdict(one->outcome.verdict)),
                      "</td>");
    }
    html += "</tr>\n";
  }
  return html + "</tbody></table></div>\n";
}

}  // namespace

std::string chart_html(const LineChart& chart) {
  return absl::StrCat("<figure class=\"lines\" role=\"group\" tabindex=\"0\" aria-label=\"",
                      html_text(chart.text.title), "\">", part_of_page(line_chart_svg(chart)),
                      "</figure>\n");
}

std::string effect_lines_html(const EffectLines& lines) {
  const std::vector<std::string> ids = primary_ids(*lines.results.front().result);
  const std::string chart = chart_of(lines, ids);
  if (chart.empty()) return "";
  return absl::StrCat("<details open=\"\"><summary>", html_text(lines.summary), "</summary>\n",
                      chart, table_of(lines, ids), "</details>\n");
}

}  // namespace eif
