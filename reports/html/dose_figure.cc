#include "reports/html/dose_figure.h"

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "reports/figures/line_chart.h"
#include "reports/html/html_text.h"
#include "suite/core/dose.h"
#include "suite/core/verdict.h"

namespace eif {
namespace {

// The share of its loss that a sample has lost; small steps take next to nothing of it.
double place_of(const std::string& dose) {
  double share = 0;
  return is_learned_dose(dose) && absl::SimpleAtod(dose, &share) ? share : 0;
}

// The same desideratum of the same model at each dose, in the order of the run.
std::vector<const DesideratumResult*> at_doses(const RunResult& run,
                                               const DesideratumResult& result) {
  std::vector<const DesideratumResult*> all;
  for (const DesideratumResult& one : run.results) {
    ResultKey key = one.key;
    key.dose = result.key.dose;
    if (key == result.key) all.push_back(&one);
  }
  return all;
}

LineSeries series_of(const std::string& id, const std::vector<const DesideratumResult*>& doses) {
  LineSeries series;
  for (const DesideratumResult* at_dose : doses) {
    const ExpectationResult* one = find_expectation(*at_dose, id);
    if (one == nullptr || !std::isfinite(one->outcome.mean)) continue;
    LinePoint point{.x = place_of(at_dose->key.dose), .y = one->outcome.mean};
    point.whisker = {point.y, point.y};
    const Interval& interval = one->outcome.interval;
    if (std::isfinite(interval.low) && std::isfinite(interval.high)) {
      point.whisker = {interval.low, interval.high};
    }
    series.points.push_back(point);
  }
  return series;
}

// A picture of its own as a part of a page, which has one declaration, and each id once.
std::string inlined(const std::string& svg) {
  return absl::StrReplaceAll(svg.substr(svg.find("<svg")), {{" id=\"background\"", ""}});
}

// Lines are numbered: the names of expectations are too long for a legend.
std::string chart_of(const DesideratumResult& result, const std::vector<std::string>& ids,
                     const std::vector<const DesideratumResult*>& doses) {
  LineChart chart{
      .text = {.title = absl::StrCat(result.key.desideratum, ": effects by dose"),
               .subtitle = "Primary expectations by their numbers, with 95 % intervals; at 0: one "
                           "small step",
               .caption = result.key.model},
      .titles = {"share of its loss that each sample has lost", "effect (self scales)"},
      .references = {{absl::StrCat("smallest effect that counts, ", kSmallestEffect),
                      kSmallestEffect}}};
  for (size_t i = 0; i < ids.size(); ++i) {
    LineSeries series = series_of(ids[i], doses);
    if (series.points.empty()) continue;
    series.name = absl::StrCat(i + 1);
    chart.series.push_back(std::move(series));
  }
  if (chart.series.empty()) return "";
  return absl::StrCat("<figure class=\"doses\">", inlined(line_chart_svg(chart)), "</figure>\n");
}

std::string table_of(const std::vector<std::string>& ids,
                     const std::vector<const DesideratumResult*>& doses) {
  std::string html =
      "<div class=\"scroll\" role=\"group\" tabindex=\"0\" aria-label=\"effects by "
      "dose\"><table><thead><tr><th scope=\"col\">primary expectation</th>";
  for (const DesideratumResult* at_dose : doses) {
    absl::StrAppend(&html, "<th scope=\"col\">", html_text(at_dose->key.dose), "</th>");
  }
  html += "</tr></thead><tbody>\n";
  for (size_t i = 0; i < ids.size(); ++i) {
    absl::StrAppend(&html, "<tr><th scope=\"row\">", i + 1, ". ", html_prose(ids[i]), "</th>");
    for (const DesideratumResult* at_dose : doses) {
      const ExpectationResult* one = find_expectation(*at_dose, ids[i]);
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

std::string dose_figure_html(const RunResult& run, const DesideratumResult& result) {
  const std::vector<const DesideratumResult*> doses = at_doses(run, result);
  if (doses.size() < 2 || doses.front() != &result) return "";
  std::vector<std::string> ids;
  for (const ExpectationResult& one : result.expectations) {
    if (one.expectation.primary) ids.push_back(one.expectation.id);
  }
  const std::string chart = chart_of(result, ids, doses);
  if (chart.empty()) return "";
  return absl::StrCat("<details open=\"\"><summary>Effects by dose</summary>\n", chart,
                      table_of(ids, doses), "</details>\n");
}

}  // namespace eif
