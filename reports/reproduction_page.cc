#include <algorithm>
#include <cmath>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "reports/figures/svg.h"
#include "reports/reproduction.h"

namespace eif {
namespace {

constexpr char kStyle[] =
    "body{font-family:system-ui,sans-serif;line-height:1.45;color:#1a1a1a;background:#fff;"
    "max-width:1180px;margin:2em auto;padding:0 1em}"
    "h1,h2,h3{line-height:1.2}h2{margin-top:2em;border-bottom:1px solid #ccc}"
    "blockquote{margin:.5em 0;padding:.1em 1em;border-left:3px solid #2166ac;background:#f4f7fa}"
    "table{border-collapse:collapse;width:100%;font-size:.9em}"
    "th,td{text-align:left;vertical-align:top;padding:.25em .7em .25em 0;"
    "border-bottom:1px solid #e4e4e4}td.number{white-space:nowrap}"
    "img{box-sizing:border-box;display:block;max-width:100%;height:auto;border:1px solid #e4e4e4}"
    ".faint{color:#5f5f5f;font-size:.9em}.scroll{overflow-x:auto}";

// "0.93 (0.91 to 0.95), holds": the mean, the range of the seeds, and the verdict.
std::string number_text(const ClaimNumber& number) {
  std::vector<double> finite;
  for (const double value : number.per_seed) {
    if (std::isfinite(value)) finite.push_back(value);
  }
  if (finite.empty() || finite.size() < number.per_seed.size()) return "not measured";
  const auto [low, high] = std::minmax_element(finite.begin(), finite.end());
  std::string text = absl::StrFormat("%.3g", mean_of(finite));
  if (finite.size() > 1) absl::StrAppendFormat(&text, " (%.3g to %.3g)", *low, *high);
  if (!number.verdict.empty()) absl::StrAppend(&text, ", ", number.verdict);
  return xml_escaped(absl::StrReplaceAll(text, {{"-", "−"}}));
}

void append_evidence(std::string& html, const ReproducedClaim& claim) {
  absl::StrAppend(&html,
                  "<table><tr><th>measured</th><th>unit</th><th>by fine-tuning</th>"
                  "<th>in context</th></tr>\n");
  for (const ClaimEvidence& entry : claim.evidence) {
    absl::StrAppend(&html, "<tr><td>", xml_escaped(entry.what), "</td><td>",
                    xml_escaped(entry.unit), "</td><td class=\"number\">",
                    number_text(entry.by_fine_tuning), "</td><td class=\"number\">",
                    entry.in_context ? number_text(*entry.in_context) : "", "</td></tr>\n");
  }
  absl::StrAppend(&html, "</table>\n");
}

void append_claims(std::string& html, const ModelReproduction& model) {
  for (const ReproducedClaim& claim : model.claims) {
    absl::StrAppend(&html, "<section id=\"", xml_escaped(absl::StrCat(model.model, "-", claim.id)),
                    "\"><blockquote><p>§", xml_escaped(claim.section), ": ",
                    xml_escaped(claim.claim), "</p></blockquote>\n");
    append_evidence(html, claim);
    absl::StrAppend(&html, "</section>\n");
  }
}

void append_figure(std::string& html, const ModelReproduction& model,
                   const ReproducedFigure& figure) {
  const std::string image = xml_escaped(figure_path(model, figure.id, ".svg"));
  std::vector<std::string> links;
  const auto link = [&](const std::string& name, const char* extension) {
    links.push_back(absl::StrCat("<a href=\"", xml_escaped(figure_path(model, name, extension)),
                                 "\">", xml_escaped(absl::StrCat(name, extension)), "</a>"));
  };
  for (const auto& [name, matrix] : figure.matrices) {
    link(name, ".csv");
    link(name, ".npy");
  }
  for (const auto& [name, table] : figure.tables) link(name, ".csv");
  absl::StrAppend(&html, "<section id=\"", xml_escaped(absl::StrCat(model.model, "-", figure.id)),
                  "\"><h3>", xml_escaped(figure.title), "</h3>\n<blockquote><p>",
                  xml_escaped(figure.paper), "</p></blockquote>\n<div class=\"scroll\"><a href=\"",
                  image, "\"><img src=\"", image, "\" alt=\"", xml_escaped(figure.title),
                  "\"/></a></div>\n<p class=\"faint\">Numbers: ", absl::StrJoin(links, ", "),
                  "</p></section>\n");
}

std::string seeds_text(const std::vector<uint64_t>& seeds) {
  return seeds.size() == 1 ? "1 seed" : absl::StrCat(seeds.size(), " seeds");
}

const ModelContext* context_of(const ModelReproduction& model, const RunContext& context) {
  for (const ModelContext& candidate : context.models) {
    if (candidate.name == model.model) return &candidate;
  }
  return nullptr;
}

void append_model(std::string& html, const ModelReproduction& model, const RunContext& context) {
  absl::StrAppend(&html, "<h2>", xml_escaped(model.model), "</h2>\n<p class=\"faint\">",
                  seeds_text(model.seeds));
  if (const ModelContext* facts = context_of(model, context)) {
    absl::StrAppend(&html, ", learning rate ", facts->learning_rate, ", ", facts->rows,
                    absl::StrFormat(" rows in %.0f s", facts->measure_seconds));
    for (const auto& [name, value] : facts->facts) {
      absl::StrAppend(&html, ", ", xml_escaped(name), " ", xml_escaped(value));
    }
  }
  absl::StrAppend(&html, "</p>\n");
  for (const ReproducedFigure& figure : model.figures) append_figure(html, model, figure);
  absl::StrAppend(&html, "<h3>What the paper says, and what was measured</h3>\n");
  append_claims(html, model);
}

}  // namespace

std::string reproduction_page(const Reproduction& reproduction) {
  const RunContext& context = reproduction.context;
  std::string html = absl::StrCat(
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/>\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
      "<title>Figures and claims of arXiv 2406.00509</title>\n<style>",
      kStyle,
      "</style></head><body>\n"
      "<h1>Figures and claims of “Empirical influence functions to understand the logic of "
      "fine-tuning”</h1>\n"
      "<p>Of each claim in arXiv 2406.00509, what the models here show. Numbers are means over the "
      "seeds, the smallest and largest seed in brackets. A verdict is that of the expectation in "
      "<code>eif-suite run</code>: it asks for at least a tenth of what a sample does for itself "
      "(the "
      "self scale). “Controlled” means beyond what a sample with the same words in the same "
      "places and no such logic does.</p>\n<p class=\"faint\">eif-suite ",
      xml_escaped(context.program_version), ", engine ", xml_escaped(context.engine), ", ",
      xml_escaped(context.optimizer), ", ", xml_escaped(context.dtype), " on ",
      xml_escaped(context.device), ", ", context.threads, " threads, torch ",
      xml_escaped(context.torch_version), ", started ", xml_escaped(context.started_at),
      context.interrupted ? ", interrupted: only complete seeds count" : "",
      ". <a href=\"reproduction.json\">All numbers</a></p>\n");
  for (const ModelReproduction& model : reproduction.models) append_model(html, model, context);
  absl::StrAppend(&html, "</body></html>\n");
  return html;
}

}  // namespace eif
