#include "reports/html/comparison_page.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "reports/comparison_text.h"
#include "reports/html/changes_section.h"
#include "reports/html/html_text.h"
#include "reports/html/matrix_figure.h"
#include "reports/html/matrix_series.h"
#include "reports/html/page_frame.h"
#include "reports/html/trend_figure.h"

namespace eif {
namespace {

std::string models_of(const RunContext& context) {
  std::string text;
  for (const ModelContext& model : context.models) {
    absl::StrAppend(&text, text.empty() ? "" : ", ", model.name);
  }
  return text;
}

// ---- Matrices ----------------------------------------------------------------------------------

std::vector<MatrixSeries> series_of(const RunSource& source, const ResultKey& key) {
  for (const DesideratumResult& result : source.run.results) {
    if (result.key == key) return matrix_series(source.run, source.matrices, result);
  }
  return {};
}

std::string figures_html(MatrixSeries before, MatrixSeries after) {
  MatrixSeries difference = difference_of(before, after);
  // What each is made of stands in its own page.
  before.explanation.reset();
  after.explanation.reset();
  before.caption = "before";
  after.caption = "after";
  difference.caption = "difference, after − before";
  const bool can_be_compared = !difference.seeds.empty();
  std::string html = matrix_figures_html({&difference, &before, &after});
  if (!can_be_compared) {
    html += "<p class=\"notice\">No seed has the same rows and columns in both runs, so there is no "
            "difference to show.</p>\n";
  }
  return html;
}

std::string desideratum_html(const ComparedDesideratum& compared, const RunSource& baseline,
                             const RunSource& run) {
  const std::vector<MatrixSeries> before = series_of(baseline, compared.baseline_key);
  std::string html;
  for (MatrixSeries& after : series_of(run, compared.run_key)) {
    const auto same = std::find_if(before.begin(), before.end(), [&](const MatrixSeries& one) {
      return one.request == after.request;
    });
    if (same != before.end()) html += figures_html(*same, std::move(after));
  }
  if (html.empty()) {
    html = "<p class=\"faint\">One of the two runs has no matrices here: a baseline in one file has "
           "none.</p>\n";
  }
  return absl::StrCat("<section class=\"desideratum\" id=\"",
                      html_anchor(absl::StrCat(compared.model, "-", compared.desideratum)),
                      "\">\n<h3>", html_text(compared.desideratum), " (", html_text(compared.model),
                      ") <small>", verdicts_text(compared), "</small></h3>\n", html, "</section>\n");
}

// ---- Runs --------------------------------------------------------------------------------------

std::string run_fact(const char* what, const std::string& path, const RunContext& context) {
  return fact_html(what, run_text(path, context));
}

std::string runs_html(const RunComparison& comparison) {
  std::string html =
      absl::StrCat("<section id=\"runs\"><h2>Runs</h2>\n<dl class=\"facts\">",
                   run_fact("baseline", comparison.baseline_path, comparison.baseline));
  for (const IntermediateRun& one : comparison.between) {
    html += run_fact("then", one.path, one.context);
  }
  return absl::StrCat(html, run_fact("run", comparison.run_path, comparison.run),
                      "</dl></section>\n");
}

}  // namespace

std::string comparison_page(const GatedComparison& gated, const RunSource& baseline,
                            const RunSource& run) {
  const RunComparison& comparison = gated.comparison;
  const std::string trends = trends_html(gated);
  std::string main =
      absl::StrCat(changes_html(gated), trends, notes_html(comparison_notes(gated)), runs_html(comparison),
                   "<section id=\"matrices\"><h2>Matrices</h2>\n<p>A difference is above 0, and red, "
                   "where training on the row came to help the column more than before.</p>\n",
                   color_key_html());
  for (const ComparedDesideratum& one : comparison.desiderata) {
    main += desideratum_html(one, baseline, run);
  }
  return page_html({.title = absl::StrCat("eif-suite: ", models_of(comparison.baseline), " → ",
                                          models_of(comparison.run)),
                    .counts = outcome_text(gated),
                    .navigation = absl::StrCat(
                        "<nav aria-label=\"Sections\"><a href=\"#changes\">What changed</a> ",
                        trends.empty() ? "" : "<a href=\"#trends\">Along the runs</a> ",
                        "<a href=\"#stands-out\">What stands out</a> <a "
                        "href=\"#matrices\">Matrices</a> <a href=\"#runs\">Runs</a></nav>\n"),
                    .main = main + "</section>\n"});
}

}  // namespace eif
