#include "reports/comparison_markdown.h"

#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "reports/comparison_text.h"
#include "reports/markdown_text.h"
#include "suite/core/run_result.h"

namespace eif {
namespace {

std::string number_text(double value) {
  return std::isfinite(value) ? absl::StrFormat("%.3f", value) : "–";
}

// What a reader looks for.
std::string change_cell(const EffectChange& change) {
  const std::string text = change_text(change);
  return change.change == Change::kWorse ? absl::StrCat("**", text, "**") : text;
}

std::string row_of(const std::string& beginning, const ComparedExpectation& one) {
  const EffectChange& change = one.change;
  return absl::StrCat(beginning, " ", markdown_code(one.id), " (", kind_name(one.kind), ") | ",
                      number_text(change.before), " | ", number_text(change.after), " | ",
                      std::isfinite(change.difference) ? absl::StrFormat("%+.3f", change.difference)
                                                       : "–",
                      " | ", interval_text(change.interval), " | ", change.per_seed.size(), " | ",
                      change_cell(change), " |\n");
}

void append_rows(const ComparedDesideratum& desideratum, std::vector<std::string>& rows) {
  const std::string name = absl::StrCat(desideratum.desideratum, " (", desideratum.model, ")");
  std::string beginning =
      absl::StrCat("| ", markdown_code(name), " | ",
                   desideratum.why.empty() ? "" : "not compared; ", verdicts_text(desideratum), " |");
  const size_t before = rows.size();
  for (const ComparedExpectation& one : desideratum.expectations) {
    if (!one.primary) continue;
    rows.push_back(row_of(beginning, one));
    beginning = "| | |";
  }
  if (rows.size() == before) rows.push_back(absl::StrCat(beginning, " – | – | – | – | – | – | – |\n"));
}

CommentBlock notes_block(const GatedComparison& gated) {
  CommentBlock block{.head = "\n### What stands out\n\n", .things = "remarks"};
  for (const RunNote& note : comparison_notes(gated)) {
    block.list.push_back(
        absl::StrCat("- **", markdown_text(note.subject), "**: ", markdown_text(note.text), "\n"));
  }
  if (block.list.empty()) block.head += "Nothing.\n";
  return block;
}

std::string run_line(const char* what, const std::string& path, const RunContext& context) {
  return absl::StrCat("- ", what, ": ", markdown_text(run_text(path, context)), "\n");
}

CommentBlock runs_block(const RunComparison& comparison) {
  CommentBlock block{.head = "\n### Runs\n\n", .things = "runs"};
  block.list.push_back(run_line("baseline", comparison.baseline_path, comparison.baseline));
  for (const IntermediateRun& one : comparison.between) {
    block.list.push_back(run_line("then", one.path, one.context));
  }
  block.list.push_back(run_line("run", comparison.run_path, comparison.run));
  return block;
}

}  // namespace

CommentBlock changes_block(const GatedComparison& gated) {
  const bool is_trend = !gated.comparison.between.empty();
  CommentBlock block{
      .head = absl::StrCat("\n### ", is_trend ? "Trend over the runs" : "Beside the baseline",
                           "\n\n| desideratum | verdict | primary expectation | before | after | ",
                           is_trend ? "trend" : "change",
                           " | 95 % interval | seeds | is |\n"
                           "| --- | --- | --- | --: | --: | --: | --- | --: | --- |\n"),
      .things = "lines"};
  for (const ComparedDesideratum& one : gated.comparison.desiderata) append_rows(one, block.list);
  return block;
}

std::string comparison_markdown(const GatedComparison& gated, size_t longest) {
  return fitted_comment({{.head = absl::StrCat("## eif-suite: ", outcome_text(gated), "\n")},
                         notes_block(gated),
                         changes_block(gated),
                         {.head = absl::StrCat("\n", how_changes_are_judged(gated), "\n")},
                         runs_block(gated.comparison)},
                        longest);
}

}  // namespace eif
