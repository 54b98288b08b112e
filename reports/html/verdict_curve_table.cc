#include "reports/html/verdict_curve_table.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "reports/html/html_text.h"
#include "suite/core/verdict_curve.h"

namespace eif {
namespace {

std::string row(const std::string& name, const std::vector<Verdict>& verdicts) {
  std::string html = absl::StrCat("<tr><th scope=\"row\">", name, "</th>");
  for (const Verdict verdict : verdicts) {
    absl::StrAppend(&html, "<td>", html_verdict(verdict), "</td>");
  }
  return html + "</tr>\n";
}

}  // namespace

std::string verdict_curve_html(const DesideratumResult& result) {
  const std::vector<CurvePoint> curve = verdict_curve(result);
  if (curve.empty()) return "";
  std::string html =
      "<details><summary>Verdicts by the smallest effect that counts</summary><div "
      "class=\"scroll\" role=\"group\" tabindex=\"0\" aria-label=\"verdicts by the smallest "
      "effect\"><table><thead><tr><th scope=\"col\">δ</th>";
  std::vector<Verdict> overall;
  for (const CurvePoint& point : curve) {
    const bool is_chosen = point.smallest_effect == kSmallestEffect;
    absl::StrAppend(&html, "<th scope=\"col\">", point.smallest_effect,
                    is_chosen ? " (chosen)" : "", "</th>");
    overall.push_back(point.verdict);
  }
  html += "</tr></thead><tbody>\n" + row("<b>all</b>", overall);
  for (size_t i = 0; i < result.expectations.size(); ++i) {
    const Expectation& expectation = result.expectations[i].expectation;
    if (!expectation.primary) continue;
    std::vector<Verdict> verdicts;
    for (const CurvePoint& point : curve) verdicts.push_back(point.expectations[i]);
    html += row(html_prose(expectation.id), verdicts);
  }
  return html + "</tbody></table></div></details>\n";
}

}  // namespace eif
