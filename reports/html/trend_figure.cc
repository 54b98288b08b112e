#include "reports/html/trend_figure.h"

#include <cmath>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "reports/comparison_text.h"
#include "reports/html/effect_lines.h"
#include "reports/html/html_text.h"

namespace eif {
namespace {

std::vector<const ComparedExpectation*> primaries_of(const ComparedDesideratum& desideratum) {
  std::vector<const ComparedExpectation*> primaries;
  for (const ComparedExpectation& one : desideratum.expectations) {
    if (one.primary) primaries.push_back(&one);
  }
  return primaries;
}

LineSeries line_of(const ComparedExpectation& one, const std::string& name) {
  LineSeries line{.name = name};
  for (size_t run = 0; run < one.means.size(); ++run) {
    const double mean = one.means[run];
    if (!std::isfinite(mean)) continue;
    line.points.push_back({static_cast<double>(run + 1), mean, {mean, mean}});
  }
  return line;
}

std::string desideratum_html(const ComparedDesideratum& desideratum) {
  const std::string name = absl::StrCat(desideratum.desideratum, " (", desideratum.model, ")");
  LineChart chart{
      .text = {.title = absl::StrCat(desideratum.desideratum, ": effects along the runs"),
               .subtitle = "Primary expectations by their numbers, means over the seeds",
               .caption = desideratum.model},
      .titles = {"run, the oldest first", "effect (self scales)"},
      .references = {
          {absl::StrCat("smallest effect that counts, ", kSmallestEffect), kSmallestEffect}}};
  std::string found;
  size_t number = 0;
  for (const ComparedExpectation* one : primaries_of(desideratum)) {
    LineSeries line = line_of(*one, absl::StrCat(++number));
    if (line.points.empty()) continue;
    chart.series.push_back(std::move(line));
    absl::StrAppend(&found, "<li value=\"", number, "\">", html_prose(one->id), ": trend ",
                    html_number(one->change.difference), " ", html_interval(one->change.interval),
                    ", ", change_text(one->change), "</li>\n");
  }
  if (chart.series.empty()) return "";
  return absl::StrCat("<details open=\"\"><summary>", html_text(name), "</summary>\n",
                      chart_html(chart), "<ol>", found, "</ol></details>\n");
}

}  // namespace

std::string trends_html(const GatedComparison& gated) {
  if (gated.comparison.between.empty()) return "";
  std::string html;
  for (const ComparedDesideratum& one : gated.comparison.desiderata) html += desideratum_html(one);
  if (html.empty()) return "";
  return absl::StrCat("<section id=\"trends\"><h2>Along the runs</h2>\n", html, "</section>\n");
}

}  // namespace eif
