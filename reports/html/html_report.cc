#include "reports/html/html_report.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "reports/command_text.h"
#include "reports/comparison_text.h"
#include "reports/figures/svg.h"
#include "reports/html/changes_section.h"
#include "reports/html/desideratum_section.h"
#include "reports/html/html_text.h"
#include "reports/html/model_series.h"
#include "reports/html/page_frame.h"
#include "reports/measured_text.h"
#include "reports/run_notes.h"
#include "suite/formats/printable.h"

namespace eif {
namespace {

// ---- Overview ----------------------------------------------------------------------------------

std::vector<const DesideratumResult*> results_of(const RunResult& run, const std::string& model) {
  std::vector<const DesideratumResult*> results;
  for (const DesideratumResult& result : run.results) {
    if (result.key.model == model && result.key.condition == Condition::kFineTuning) {
      results.push_back(&result);
    }
  }
  return results;
}

std::vector<std::string> desiderata_of(const RunResult& run) {
  std::vector<std::string> ids;
  for (const DesideratumResult& result : run.results) {
    const std::string id = result_name(run.request, result.key);
    if (std::find(ids.begin(), ids.end(), id) == ids.end()) ids.push_back(id);
  }
  return ids;
}

std::string verdict_cell(const RunResult& run, const std::string& model, const std::string& id) {
  for (const DesideratumResult* result : results_of(run, model)) {
    if (result_name(run.request, result->key) != id) continue;
    return absl::StrCat("<td><a href=\"#", section_anchor(run.request, *result), "\">",
                        html_verdict(*result), "</a></td>");
  }
  return "<td class=\"faint\">–</td>";
}

// A line for each desideratum, a column for each model; of one model what was found as well.
std::string overview_html(const RunResult& run) {
  const std::vector<ModelContext>& models = run.context.models;
  const bool is_one = models.size() == 1;
  std::string html =
      "<section id=\"verdicts\"><h2>Verdicts</h2><div class=\"scroll\" role=\"group\" "
      "tabindex=\"0\" "
      "aria-label=\"verdicts\"><table class=\"overview\"><thead><tr><th "
      "scope=\"col\">desideratum</th>";
  for (const ModelContext& model : models) {
    absl::StrAppend(&html, "<th scope=\"col\">", html_text(model.name), "</th>");
  }
  absl::StrAppend(&html, is_one ? "<th scope=\"col\">what was found</th>" : "",
                  "</tr></thead><tbody>\n");
  for (const std::string& id : desiderata_of(run)) {
    absl::StrAppend(&html, "<tr><th scope=\"row\">", html_text(id), "</th>");
    for (const ModelContext& model : models) html += verdict_cell(run, model.name, id);
    if (is_one) {
      for (const DesideratumResult* result : results_of(run, models.front().name)) {
        if (result_name(run.request, result->key) == id) {
          absl::StrAppend(&html, "<td>", html_prose(finding(*result)), "</td>");
        }
      }
    }
    html += "</tr>\n";
  }
  return html + "</tbody></table></div></section>\n";
}

// ---- Models ------------------------------------------------------------------------------------

std::string check_text(double value, const std::string& unit, const std::string& error) {
  if (!std::isfinite(value)) return error.empty() ? "not measured" : "not measured: " + error;
  return absl::StrCat(absl::StrFormat("%.2g", value), unit.empty() ? "" : " ", unit);
}

std::string model_facts(const ModelContext& model) {
  std::string rate = absl::StrFormat("%g", model.learning_rate);
  if (!model.learning_rate_reason.empty()) absl::StrAppend(&rate, ", ", model.learning_rate_reason);
  std::string learned;
  if (std::isfinite(model.learned_rate)) {
    learned = fact_html("learning rate of learned doses",
                   absl::StrCat(model.learned_rate, model.learned_rate_reason.empty() ? "" : ", ",
                                model.learned_rate_reason));
  }
  std::string html = absl::StrCat(
      "<dl class=\"facts\">", fact_html("learning rate", rate), learned,
      fact_html("noise floor of a loss",
                check_text(model.checks.noise_floor, model.unit, model.checks.noise_floor_error)),
      fact_html(
          "curvature",
          absl::StrCat(check_text(model.checks.curvature, "", model.checks.curvature_error),
                       " (influence is proportional to the rate below ", kLargestCurvature, ")")),
      fact_html("measured",
                absl::StrFormat("%s, %d seeds", measured_text(model), model.seeds.size())),
      model.beside ? fact_html("measured with random weights", measured_text(*model.beside)) : "",
      fact_html("fingerprint", model.fingerprint));
  for (const auto& [name, value] : model.facts) html += fact_html(name, value);
  return html + "</dl>\n";
}

std::string model_html(const RunResult& run, const RunMatrices& matrices,
                       const ModelContext& model) {
  const std::vector<const DesideratumResult*> results = results_of(run, model.name);
  std::string html = absl::StrCat("<section class=\"model\" id=\"", html_anchor(model.name),
                                  "\"><h2>", html_text(model.name), "</h2>\n", model_facts(model));
  if (results.empty()) return html + "<p>Nothing was measured.</p></section>\n";
  html += color_key_html();
  for (const DesideratumResult* result : results) {
    html += desideratum_section_html(run, matrices, *result);
  }
  return html + "</section>\n";
}

// ---- Circumstances -----------------------------------------------------------------------------

// Whoever names a thousand files finds the whole command in run.json.
constexpr size_t kLongestCommand = 20'000;

std::string circumstances_html(const RunResult& run) {
  const RunContext& context = run.context;
  const RunRequest& request = run.request;
  std::vector<std::string> plugins;
  for (const PluginContext& plugin : context.plugins) {
    plugins.push_back(absl::StrCat(plugin.id, " ", plugin.version));
  }
  return absl::StrCat(
      "<section id=\"circumstances\"><h2>Circumstances</h2>\n<dl class=\"facts\">",
      fact_html("program",
           absl::StrCat("eif-suite ", context.program_version, ", torch ", context.torch_version)),
      fact_html("engine",
           absl::StrCat(request.engine, ", ", training_text(request.training), ", ",
                        request.dtype, " on ", request.device, ", ", context.threads, " threads",
                        request.deterministic ? ", deterministic" : "")),
      fact_html("seeds", absl::StrJoin(request.seeds, ", ")), fact_html("started", context.started_at),
      context.tags.empty() ? "" : fact_html("tags", tags_text(context)),
      fact_html("ended", run_end_name(run.end)), fact_html("build", context.build_fingerprint),
      fact_html("plugins", absl::StrJoin(plugins, ", ")),
      "</dl>\n<p>This measures it again:</p>\n<pre tabindex=\"0\" role=\"group\" aria-label=\"the "
      "command\">",
      xml_escaped(printable(command_text(context.command_line), kLongestCommand)),
      "</pre></section>\n");
}

std::string navigation(bool has_series, bool has_gate) {
  return absl::StrCat("<nav aria-label=\"Sections\"><a href=\"#verdicts\">Verdicts</a> ",
                      has_series ? "<a href=\"#series\">Along the models</a> " : "",
                      has_gate ? "<a href=\"#changes\">Gate</a> " : "",
                      "<a href=\"#stands-out\">What stands out</a> <a "
                      "href=\"#circumstances\">Circumstances</a></nav>\n");
}

}  // namespace

std::string html_report(const RunResult& run, const RunMatrices& matrices,
                        const GatedComparison* gate) {
  std::vector<std::string> names;
  for (const ModelContext& model : run.context.models) names.push_back(model.name);
  const std::string title = absl::StrCat("eif-suite: ", absl::StrJoin(names, ", "));
  const std::string judged = gate == nullptr ? "" : absl::StrCat("; ", outcome_text(*gate));
  const std::string series = model_series_html(run);
  std::string main = absl::StrCat(overview_html(run), series, gate == nullptr ? "" : changes_html(*gate),
                                  notes_html(run_notes(run, gate)));
  for (const ModelContext& model : run.context.models) main += model_html(run, matrices, model);
  return page_html({.title = title,
                    .counts = verdict_counts(run) + judged,
                    .navigation = navigation(!series.empty(), gate != nullptr),
                    .main = main + circumstances_html(run)});
}

}  // namespace eif
