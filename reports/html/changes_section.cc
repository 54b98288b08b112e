#include "reports/html/changes_section.h"

#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "reports/comparison_text.h"
#include "reports/html/html_text.h"
#include "suite/core/run_result.h"

namespace eif {
namespace {

// In the colours of verdicts: a loss as what is violated, a gain as what holds.
const char* change_class(const EffectChange& change) {
  if (change.change == Change::kWorse) return "violated";
  if (change.change == Change::kNotMeasured) return "not-measured";
  if (change.change == Change::kDecidedByRegime) return "faint";
  const bool is_unclear = change.change == Change::kUnclear && !is_no_worse(change);
  return is_unclear ? "inconclusive" : "holds";
}

std::string means_text(const ComparedExpectation& one) {
  if (one.means.empty()) return html_number(one.change.after);
  return absl::StrJoin(one.means, ", ", [](std::string* out, double mean) {
    absl::StrAppend(out, html_number(mean));
  });
}

std::string row_html(const ComparedExpectation& one) {
  const EffectChange& change = one.change;
  return absl::StrCat("<td>", html_prose(one.id), " <span class=\"faint\">", kind_name(one.kind),
                      "</span></td><td class=\"number\">", html_number(change.before),
                      "</td><td class=\"number\">", means_text(one), "</td><td class=\"number\">",
                      html_number(change.difference), "</td><td class=\"number\">",
                      html_interval(change.interval), "</td><td class=\"number\">",
                      html_number(change.p_worse_adjusted), "</td><td class=\"number\">",
                      html_number(change.p_no_worse), "</td><td><span class=\"verdict ",
                      change_class(change), "\">", change_text(change), "</span></td></tr>\n");
}

std::string rows_html(const ComparedDesideratum& desideratum) {
  std::string html;
  std::string head = absl::StrCat("<tr><th scope=\"row\">", html_text(desideratum.desideratum), " (",
                                  html_text(desideratum.model), ")</th><td>",
                                  verdicts_text(desideratum), "</td>");
  for (const ComparedExpectation& one : desideratum.expectations) {
    if (!one.primary) continue;
    absl::StrAppend(&html, head, row_html(one));
    head = "<tr><td></td><td></td>";
  }
  if (!html.empty()) return html;
  return absl::StrCat(head, "<td colspan=\"8\">not compared: ", html_prose(desideratum.why),
                      "</td></tr>\n");
}

}  // namespace

std::string changes_html(const GatedComparison& gated) {
  const bool is_trend = !gated.comparison.between.empty();
  const std::string title = gated.has_gate ? "Gate" : "What changed";
  std::string html = absl::StrCat(
      "<section id=\"changes\"><h2>", title, "</h2>\n<p><b>", html_text(outcome_text(gated)),
      ".</b> ", how_changes_are_judged(gated),
      "</p>\n<div class=\"scroll\" role=\"group\" tabindex=\"0\" aria-label=\"what changed\">"
      "<table><thead><tr><th scope=\"col\">desideratum</th><th scope=\"col\">verdict</th><th "
      "scope=\"col\">primary expectation</th><th scope=\"col\">before</th><th scope=\"col\">",
      is_trend ? "each run" : "after", "</th><th scope=\"col\">", is_trend ? "trend" : "change",
      "</th><th scope=\"col\">95 % interval</th><th scope=\"col\">p of worse</th><th "
      "scope=\"col\">p of no worse</th><th scope=\"col\">is</th></tr></thead><tbody>\n");
  for (const ComparedDesideratum& one : gated.comparison.desiderata) html += rows_html(one);
  return html + "</tbody></table></div></section>\n";
}

}  // namespace eif
