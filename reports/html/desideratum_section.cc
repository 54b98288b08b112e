#include "reports/html/desideratum_section.h"

#include <cmath>
#include <optional>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "reports/html/dose_figure.h"
#include "reports/html/forest_plot.h"
#include "reports/html/histogram_strip.h"
#include "reports/html/html_text.h"
#include "reports/html/matrix_figure.h"
#include "reports/html/matrix_series.h"
#include "reports/html/verdict_curve_table.h"

namespace eif {
namespace {

std::string p_text(double p) {
  if (!std::isfinite(p)) return "–";
  return p < 0.0001 ? "&lt; 0.0001" : absl::StrFormat("%.4f", p);
}

std::string count_text(const std::optional<int>& count) {
  return count ? absl::StrCat(*count) : "–";
}

// ---- Numbers -----------------------------------------------------------------------------------

// `of`: the result that has it.
std::string expectation_row(const DesideratumResult& of, const ExpectationResult& one,
                            const std::string& condition) {
  const ExpectationVerdict& outcome = one.outcome;
  std::vector<std::string> remarks;
  // As on a terminal: what is the model's comes first.
  if (one.learned || condition == condition_name(Condition::kInContext)) {
    remarks.push_back(odds_text(one));
  }
  remarks.push_back(outcome.reason);
  if (is_below_noise_floor(one)) remarks.emplace_back("below the noise floor");
  if (one.learned) remarks.push_back(learned_text(*one.learned));
  remarks.push_back(slower_text(of, one));
  remarks.push_back(beside_text(of, one));
  std::erase(remarks, "");
  return absl::StrCat(
      "<tr><td>", html_text(one.expectation.id), "</td><td>", condition,
      "</td><td class=\"number\">", html_number(outcome.mean), "</td><td class=\"number\">",
      html_interval(outcome.interval), "</td><td class=\"number\">", p_text(outcome.p_decides),
      "</td><td class=\"number\">", html_number(outcome.signal_to_noise),
      "</td><td class=\"number\">", one.per_seed.size(), "</td><td class=\"number\">",
      count_text(outcome.seeds_to_decide), "</td><td>", html_verdict(outcome.verdict), "</td><td>",
      html_prose(absl::StrJoin(remarks, "; ")), "</td></tr>\n");
}

std::string numbers_html(const DesideratumResult& result, const DesideratumResult* read) {
  if (result.expectations.empty()) return "";
  std::string html =
      "<details><summary>Numbers behind the verdict</summary><div class=\"scroll\" role=\"group\" "
      "tabindex=\"0\" aria-label=\"numbers behind the verdict\"><table><thead><tr><th "
      "scope=\"col\">expectation</th><th scope=\"col\">condition</th><th scope=\"col\">effect</th>"
      "<th scope=\"col\">95 % interval</th><th scope=\"col\">p</th><th "
      "scope=\"col\">signal to noise</th><th scope=\"col\">seeds</th><th "
      "scope=\"col\">seeds to decide</th><th scope=\"col\">verdict</th><th scope=\"col\">why</th>"
      "</tr></thead><tbody>\n";
  for (const ExpectationResult& one : result.expectations) {
    html += expectation_row(result, one, one.expectation.gain_in_context ? "gain" : "fine-tuning");
    const ExpectationResult* other =
        read == nullptr ? nullptr : find_expectation(*read, one.expectation.id);
    if (other != nullptr) html += expectation_row(*read, *other, "in context");
  }
  return html + "</tbody></table></div></details>\n";
}

std::string observed(const ObservationResult& one) {
  const double mean = mean_of(one.per_seed);
  return std::isfinite(mean) ? absl::StrFormat("%.4g", mean) : "–";
}

std::string observations_html(const DesideratumResult& result, const DesideratumResult* read) {
  if (result.observations.empty() || result.seeds.empty()) return "";
  std::string html =
      "<details><summary>Observations, without a verdict</summary><div class=\"scroll\" "
      "role=\"group\" tabindex=\"0\" aria-label=\"observations\"><table><thead><tr><th "
      "scope=\"col\">observation</th><th scope=\"col\">what it is</th><th "
      "scope=\"col\">unit</th><th "
      "scope=\"col\">by fine-tuning</th><th scope=\"col\">in context</th></tr></thead><tbody>\n";
  for (const ObservationResult& one : result.observations) {
    const ObservationResult* other =
        read == nullptr ? nullptr : find_observation(*read, one.observation.id);
    absl::StrAppend(&html, "<tr><td>", html_text(one.observation.id), "</td><td>",
                    html_text(one.observation.claim), "</td><td>", html_text(one.observation.unit),
                    "</td><td class=\"number\">", observed(one), "</td><td class=\"number\">",
                    other == nullptr ? "–" : observed(*other), "</td></tr>\n");
  }
  return html + "</tbody></table></div></details>\n";
}

// ---- Matrices ----------------------------------------------------------------------------------

const MatrixSeries* find_request(const std::vector<MatrixSeries>& all, const std::string& name) {
  for (const MatrixSeries& series : all) {
    if (series.request == name) return &series;
  }
  return nullptr;
}

std::string matrices_html(const RunResult& run, const RunMatrices& matrices,
                          const DesideratumResult& result, const DesideratumResult* read) {
  const std::vector<MatrixSeries> tuned = matrix_series(run, matrices, result);
  std::vector<MatrixSeries> in_context;
  if (read != nullptr) in_context = matrix_series(run, matrices, *read);
  std::string html;
  for (const MatrixSeries& series : tuned) {
    const MatrixSeries* other = find_request(in_context, series.request);
    absl::StrAppend(&html, matrix_figures_html(series, other), histograms_html(series, other));
  }
  if (html.empty()) return "";
  return absl::StrCat(
      "<details class=\"matrices\" open=\"\"><summary>Matrices: what each sample does "
      "for each other</summary>\n",
      html, "</details>\n");
}

}  // namespace

std::string section_anchor(const RunRequest& request, const DesideratumResult& result) {
  return html_anchor(absl::StrCat(result.key.model, "-", result_name(request, result.key)));
}

std::string desideratum_section_html(const RunResult& run, const RunMatrices& matrices,
                                     const DesideratumResult& result) {
  const DesideratumResult* read = find_condition(run, result, Condition::kInContext);
  std::string paper;
  if (!result.info.paper_section.empty()) {
    paper = absl::StrCat(" <small>paper, §", html_text(result.info.paper_section), "</small>");
  }
  std::string also;
  if (read != nullptr && !read->expectations.empty()) {
    also =
        absl::StrCat(" <span class=\"faint\">In context: ", html_verdict(*read), "</span>");
  }
  return absl::StrCat("<section class=\"desideratum\" id=\"",
                      section_anchor(run.request, result), "\">\n<h3>",
                      html_text(result_name(run.request, result.key)), " ", html_verdict(result),
                      paper,
                      "</h3>\n<p class=\"claim\">", html_text(result.info.claim),
                      "</p>\n<p><b>Found:</b> ", html_prose(finding(result)), ".", also, "</p>\n",
                      dose_figure_html(run, result), forest_plot_html(result, read),
                      numbers_html(result, read), verdict_curve_html(result),
                      observations_html(result, read), matrices_html(run, matrices, result, read),
                      "</section>\n");
}

}  // namespace eif
