#include "reports/paper/page.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "reports/figures/svg.h"
#include "reports/paper/captions.h"
#include "reports/paper/model_results.h"
#include "reports/paper/page_style.h"

namespace eif {
namespace {

// "0.93 (0.91 to 0.95), holds": the mean, the range of the seeds, and the verdict.
std::string number_text(const ClaimNumber& number) {
  const auto is_finite = [](double value) { return std::isfinite(value); };
  if (number.per_seed.empty() ||
      !std::all_of(number.per_seed.begin(), number.per_seed.end(), is_finite)) {
    return "not measured";
  }
  const auto [low, high] = std::minmax_element(number.per_seed.begin(), number.per_seed.end());
  std::string text = absl::StrFormat("%.3g", mean_of(number.per_seed));
  if (number.per_seed.size() > 1) absl::StrAppendFormat(&text, " (%.3g to %.3g)", *low, *high);
  if (!number.verdict.empty()) absl::StrAppend(&text, ", ", number.verdict);
  return xml_escaped(absl::StrReplaceAll(text, {{"-", "−"}}));
}

std::string anchor(const ModelReproduction& model, const std::string& id) {
  return xml_escaped(absl::StrCat(model.model, "-", id));
}

// ---- Claims ------------------------------------------------------------------------------------

std::string stance_html(const ReproducedClaim& claim) {
  const std::string stance = stance_of(count_of(claim, EvidenceRole::kPrimary));
  std::string kind = absl::StrReplaceAll(stance, {{" ", "-"}});
  if (stance == "agrees in part") kind = "in-part";
  return absl::StrCat("<span class=\"stance ", kind, "\">", stance, "</span>");
}

// "3 of 4 expectations come out as the paper says, 1 is undecided".
std::string count_text(const ClaimCount& count, const char* what) {
  std::string text = absl::StrCat(count.as_claimed, " of ", count.all(), " ", what,
                                  count.all() == 1 ? "" : "s", " as the paper says");
  if (count.undecided > 0) absl::StrAppend(&text, ", ", count.undecided, " undecided");
  return text;
}

// What the stance of a claim rests on; empty where it has none.
std::string grounds_of(const ReproducedClaim& claim) {
  std::vector<std::string> parts;
  const ClaimCount primary = count_of(claim, EvidenceRole::kPrimary);
  const ClaimCount plain = count_of(claim, EvidenceRole::kPlain);
  if (primary.all() > 0) parts.push_back(count_text(primary, "primary expectation"));
  if (plain.all() > 0) {
    parts.push_back(
        absl::StrCat("without controls ", stance_of(plain), ": ", count_text(plain, "comparison")));
  }
  return absl::StrJoin(parts, "; ");
}

void append_evidence(std::string& html, const ReproducedClaim& claim) {
  if (claim.evidence.empty()) {
    absl::StrAppend(&html, "<p class=\"faint\">This run has no number for it.</p>\n");
    return;
  }
  const bool was_read =
      std::any_of(claim.evidence.begin(), claim.evidence.end(),
                  [](const ClaimEvidence& entry) { return entry.in_context.has_value(); });
  absl::StrAppend(&html,
                  "<div class=\"scroll\"><table class=\"evidence\"><tr><th>measured</th>"
                  "<th>unit</th><th>by fine-tuning</th>",
                  was_read ? "<th>in context</th>" : "", "</tr>\n");
  for (const ClaimEvidence& entry : claim.evidence) {
    absl::StrAppend(&html, "<tr><td>", xml_escaped(entry.what), "</td><td>",
                    xml_escaped(entry.unit), "</td><td class=\"number\">",
                    number_text(entry.by_fine_tuning), "</td>");
    if (was_read) {
      absl::StrAppend(&html, "<td class=\"number\">",
                      entry.in_context ? number_text(*entry.in_context) : "", "</td>");
    }
    absl::StrAppend(&html, "</tr>\n");
  }
  absl::StrAppend(&html, "</table></div>\n");
}

void append_overview(std::string& html, const ModelReproduction& model) {
  absl::StrAppend(&html,
                  "<div class=\"scroll\"><table class=\"overview\"><tr><th>the paper says</th>"
                  "<th>here</th></tr>\n");
  for (const ReproducedClaim& claim : model.claims) {
    absl::StrAppend(&html, "<tr><td><a href=\"#", anchor(model, claim.id), "\">§",
                    xml_escaped(claim.section), "</a>: ", xml_escaped(claim.claim), "</td><td>",
                    stance_html(claim), "</td></tr>\n");
  }
  absl::StrAppend(&html, "</table></div>\n");
}

void append_claims(std::string& html, const ModelReproduction& model) {
  for (const ReproducedClaim& claim : model.claims) {
    absl::StrAppend(&html, "<section id=\"", anchor(model, claim.id), "\"><blockquote><p>§",
                    xml_escaped(claim.section), ": ", xml_escaped(claim.claim),
                    "</p></blockquote>\n<p>", stance_html(claim));
    const std::string grounds = grounds_of(claim);
    if (!grounds.empty()) {
      absl::StrAppend(&html, " <span class=\"faint\">", xml_escaped(grounds), "</span>");
    }
    absl::StrAppend(&html, "</p>\n");
    append_evidence(html, claim);
    absl::StrAppend(&html, "</section>\n");
  }
}

// ---- Figures -----------------------------------------------------------------------------------

// The picture has its own title; the heading says which it is.
void append_figure(std::string& html, const ModelReproduction& model,
                   const ReproducedFigure& figure, size_t number) {
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
  absl::StrAppend(&html, "<section id=\"", anchor(model, figure.id), "\"><h3>Figure ", number,
                  " <small>after ", xml_escaped(figure.of_paper),
                  " of the paper</small></h3>\n<blockquote><p>", xml_escaped(figure.paper),
                  "</p></blockquote>\n<div class=\"scroll picture\"><a href=\"", image,
                  "\"><img src=\"", image, "\" alt=\"", xml_escaped(figure.title),
                  "\"/></a></div>\n<p class=\"faint\">Numbers: ", absl::StrJoin(links, ", "),
                  "</p></section>\n");
}

// ---- The whole ---------------------------------------------------------------------------------

void append_circumstances(std::string& html, const ModelReproduction& model, const RunResult& run) {
  absl::StrAppend(&html, "<p class=\"faint\">", seeds_text(model.seeds));
  if (const ModelContext* context = ModelResults(run, model.model).context()) {
    absl::StrAppend(&html, ", learning rate ", absl::StrFormat("%g", context->learning_rate), ", ",
                    context->rows, absl::StrFormat(" rows in %.0f s", context->measure_seconds));
    for (const auto& [name, value] : context->facts) {
      absl::StrAppend(&html, ", ", xml_escaped(name), " ", xml_escaped(value));
    }
  }
  absl::StrAppend(&html, "</p>\n");
}

void append_model(std::string& html, const ModelReproduction& model, const RunResult& run,
                  size_t& figure_number) {
  absl::StrAppend(&html, "<h2 id=\"", xml_escaped(model.model), "\">", xml_escaped(model.model),
                  "</h2>\n");
  append_circumstances(html, model, run);
  append_overview(html, model);
  for (const ReproducedFigure& figure : model.figures) {
    append_figure(html, model, figure, ++figure_number);
  }
  absl::StrAppend(&html, "<h3>What the paper says, and what was measured</h3>\n");
  append_claims(html, model);
}

// What a reader must know before any number: that it is not all, or not of the model.
void append_notices(std::string& html, const RunResult& run,
                    const std::vector<ModelReproduction>& models) {
  std::vector<std::string> lines;
  if (run.request.is_control()) {
    lines.push_back(absl::StrCat("This is the control ", run.request.control,
                                 " and no measurement of the models."));
  }
  if (run.end != RunEnd::kComplete) {
    lines.push_back(absl::StrCat("The run was cut short (", run_end_name(run.end),
                                 "): only the seeds that were complete count."));
  }
  for (const ModelContext& model : run.context.models) {
    const bool is_there =
        std::any_of(models.begin(), models.end(),
                    [&](const ModelReproduction& one) { return one.model == model.name; });
    if (!is_there) lines.push_back(absl::StrCat(model.name, ": no seed was complete."));
  }
  lines.insert(lines.end(), run.problems.begin(), run.problems.end());
  for (std::string& line : lines) line = absl::StrCat("<p>", xml_escaped(line), "</p>");
  if (!lines.empty()) {
    absl::StrAppend(&html, "<div class=\"notice\">", absl::StrJoin(lines, "\n"), "</div>\n");
  }
}

std::string head() {
  return absl::StrCat(
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/>\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
      "<title>Figures and claims of arXiv 2406.00509</title>\n<style>",
      kPageStyle, "</style></head><body>\n");
}

std::string introduction() {
  return "<h1>Figures and claims of “Empirical influence functions to understand the logic of "
         "fine-tuning”</h1>\n"
         "<p>Of each figure and claim in arXiv 2406.00509, what the models here show. Numbers are "
         "means over the seeds, the smallest and largest seed in brackets. A verdict is that of "
         "the expectation in <code>eif-suite run</code>: it asks for at least a tenth of what a "
         "sample does for itself (the self scale). “Controlled” means beyond what a sample with "
         "the same words in the same places and no such logic does.</p>\n"
         "<p>A claim <span class=\"stance agrees\">agrees</span> or <span class=\"stance "
         "disagrees\">disagrees</span> with what was measured by the verdicts of the primary "
         "expectations beside it, by fine-tuning. What is undecided speaks for neither side, and "
         "<span class=\"stance no-verdict\">no verdict</span> means that the numbers beside the "
         "claim have none: they are for the reader to judge.</p>\n";
}

std::string circumstances(const RunResult& run) {
  const RunRequest& request = run.request;
  const RunContext& context = run.context;
  return absl::StrCat(
      "<p class=\"faint\">eif-suite ", xml_escaped(context.program_version), ", engine ",
      xml_escaped(request.engine), ", ", xml_escaped(training_text(request.training)), ", ",
      xml_escaped(request.dtype), " on ", xml_escaped(request.device), ", ", context.threads,
      context.threads == 1 ? " thread" : " threads", ", torch ", xml_escaped(context.torch_version),
      ", started ", xml_escaped(context.started_at),
      ". <a href=\"reproduction.json\">All numbers</a></p>\n");
}

}  // namespace

std::string paper_page(const RunResult& run, const std::vector<ModelReproduction>& models) {
  std::string html = absl::StrCat(head(), introduction(), circumstances(run));
  append_notices(html, run, models);
  size_t figure_number = 0;
  for (const ModelReproduction& model : models) append_model(html, model, run, figure_number);
  absl::StrAppend(&html, "</body></html>\n");
  return html;
}

}  // namespace eif
