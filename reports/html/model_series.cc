#include "reports/html/model_series.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "reports/html/effect_lines.h"
#include "suite/core/statistics.h"

namespace eif {
namespace {

// The most that the bootstrap of ten thousand draws can tell (statistics.h).
constexpr double kMostConfidence = 0.999;

// Ten lines take less than half of the way to the next model.
constexpr double kLineDistance = 0.04;

// By Bonferroni's inequality, whatever hangs together between the models.
double confidence_of_each(size_t models) {
  return std::min(kMostConfidence, 1 - 0.05 / static_cast<double>(models));
}

// In how many of 100 runs the intervals of all models hold at once.
int all_hold_in_100(size_t models) {
  const double missed = static_cast<double>(models) * (1 - confidence_of_each(models));
  return static_cast<int>(std::lround(100 * std::max(0.0, 1 - missed)));
}

// The same of each model, in the order of the run.
std::vector<PlacedResult> along_models(const RunResult& run, const DesideratumResult& result) {
  std::vector<PlacedResult> all;
  for (const DesideratumResult& one : run.results) {
    ResultKey key = one.key;
    key.model = result.key.model;
    key.revision = result.key.revision;
    if (key != result.key) continue;
    const auto number = static_cast<double>(all.size() + 1);
    all.push_back({&one, number, one.key.model});
  }
  return all;
}

std::string lines_of(const RunResult& run, const DesideratumResult& first) {
  std::vector<PlacedResult> results = along_models(run, first);
  const size_t models = run.context.models.size();
  if (results.size() < models) return "";
  const double confidence = confidence_of_each(models);
  return effect_lines_html(
      {.summary = result_name(run.request, first.key),
       .title = absl::StrCat(result_name(run.request, first.key), ": effects along the models"),
       .subtitle =
           absl::StrFormat("Primary expectations by their numbers, with intervals of %.4g %% each",
                           100 * confidence),
       .x_title = "model, in the order of the table",
       .caption = absl::StrJoin(run.request.models, ", "),
       .results = std::move(results),
       .line_distance = kLineDistance,
       .interval = [confidence](const ExpectationResult& one) {
         return bootstrap_mean_bca(one.per_seed, confidence);
       }});
}

}  // namespace

std::string model_series_html(const RunResult& run) {
  const std::vector<ModelContext>& models = run.context.models;
  if (models.size() < kFewestModelsOfSeries) return "";
  std::string html;
  for (const DesideratumResult& result : run.results) {
    const bool is_first =
        result.key.model == models.front().name && result.key.condition == Condition::kFineTuning;
    if (is_first) html += lines_of(run, result);
  }
  if (html.empty()) return "";
  return absl::StrCat(
      "<section id=\"series\"><h2>Along the models</h2>\n<p>Each interval is so wide (Bonferroni) "
      "that those of one expectation hold for all ",
      models.size(), " models at once in ", all_hold_in_100(models.size()),
      " of 100 runs: a model that stands apart is not one that was picked by chance. Whether there "
      "is a trend is for <code>eif-suite compare</code> to say.</p>\n",
      html, "</section>\n");
}

}  // namespace eif
