#include "reports/markdown.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "reports/command_text.h"
#include "reports/comment.h"
#include "reports/comparison_markdown.h"
#include "reports/comparison_text.h"
#include "reports/markdown_text.h"
#include "reports/run_notes.h"
#include "suite/core/deciding_dose.h"
#include "suite/formats/printable.h"

namespace eif {
namespace {

using Block = CommentBlock;

std::string number_text(double value) {
  return std::isfinite(value) ? absl::StrFormat("%.3f", value) : "–";
}

std::string p_text(double p) {
  if (!std::isfinite(p)) return "–";
  return p < 0.0001 ? "&lt; 0.0001" : absl::StrFormat("%.4f", p);
}

// Violations are what a reader looks for.
std::string verdict_cell(const DesideratumResult& result) {
  const std::string text = verdict_text(result);
  const bool stands_out =
      result.verdict == Verdict::kNotMeasured ||
      (result.verdict == Verdict::kViolated && (decides(result) || stands_beside(result)));
  return stands_out ? absl::StrCat("**", text, "**") : text;
}

bool by_fine_tuning(const DesideratumResult& result) {
  return result.key.condition == Condition::kFineTuning;
}

std::string name_of(const ModelContext& model) {
  return markdown_code(printable(model.name, kLongestName));
}

// ---- Verdicts ----------------------------------------------------------------------------------

std::vector<std::string> desiderata_of(const RunResult& run) {
  std::vector<std::string> ids;
  for (const DesideratumResult& result : run.results) {
    const std::string id = result_name(run.request, result.key);
    if (std::find(ids.begin(), ids.end(), id) == ids.end()) ids.push_back(id);
  }
  return ids;
}

std::string verdict_of(const RunResult& run, const std::string& model,
                       const std::string& desideratum) {
  for (const DesideratumResult& result : run.results) {
    if (by_fine_tuning(result) && result.key.model == model &&
        result_name(run.request, result.key) == desideratum) {
      return verdict_cell(result);
    }
  }
  return "–";
}

// A line for each model, such as the checkpoints of a training, where there are several.
Block overview(const RunResult& run) {
  if (run.context.models.size() < 2) return {};
  const std::vector<std::string> desiderata = desiderata_of(run);
  Block block{.head = "\n| model |", .things = "models"};
  std::string rule = "| --- |";
  for (const std::string& id : desiderata) {
    absl::StrAppend(&block.head, " ", markdown_code(id), " |");
    rule += " --- |";
  }
  absl::StrAppend(&block.head, "\n", rule, "\n");
  for (const ModelContext& model : run.context.models) {
    std::string line = absl::StrCat("| ", name_of(model), " |");
    for (const std::string& id : desiderata) {
      absl::StrAppend(&line, " ", verdict_of(run, model.name, id), " |");
    }
    block.list.push_back(line + "\n");
  }
  return block;
}

// "holds (random weights, too: 0.153)"
std::string verdict_beside(const DesideratumResult& of, const ExpectationResult& one) {
  const std::string beside = beside_text(of, one);
  return absl::StrCat(verdict_name(one.outcome.verdict),
                      beside.empty() ? "" : absl::StrCat(" (", beside, ")"));
}

std::string in_context_text(const DesideratumResult* of, const std::string& id) {
  const ExpectationResult* read = of == nullptr ? nullptr : find_expectation(*of, id);
  if (read == nullptr) return "–";
  return absl::StrCat(number_text(read->outcome.mean), ", ", verdict_beside(*of, *read));
}

// A desideratum's primary expectations, the first with its verdict.
void append_rows(const RunResult& run, const DesideratumResult& result,
                 std::vector<std::string>& rows) {
  const DesideratumResult* read = find_condition(run, result, Condition::kInContext);
  std::string beginning =
      absl::StrCat("| ", markdown_code(result_name(run.request, result.key)), " | ",
                   verdict_cell(result), " |");
  const size_t before = rows.size();
  for (const ExpectationResult& one : result.expectations) {
    if (!one.expectation.primary) continue;
    const ExpectationVerdict& outcome = one.outcome;
    rows.push_back(absl::StrCat(
        beginning, " ", markdown_code(one.expectation.id), " (", kind_name(one.expectation.kind),
        ") | ", number_text(outcome.mean), " | ", interval_text(outcome.interval), " | ",
        p_text(outcome.p_decides), " | ", one.per_seed.size(), " | ",
        verdict_beside(result, one), " | ", in_context_text(read, one.expectation.id), " |\n"));
    beginning = "| | |";
  }
  if (rows.size() == before)
    rows.push_back(absl::StrCat(beginning, " – | – | – | – | – | – | – |\n"));
}

Block table_of(const RunResult& run, const ModelContext& model) {
  Block block{.head = absl::StrCat("\n### ", name_of(model),
                                   "\n\n| desideratum | verdict | primary expectation | effect | "
                                   "95 % interval | p | seeds | comes to | in context |\n"
                                   "| --- | --- | --- | --: | --- | --: | --: | --- | --- |\n"),
              .things = "lines"};
  for (const DesideratumResult& result : run.results) {
    if (by_fine_tuning(result) && result.key.model == model.name) {
      append_rows(run, result, block.list);
    }
  }
  if (block.list.empty()) {
    block.head = absl::StrCat("\n### ", name_of(model), "\n\nNothing was measured.\n");
  }
  return block;
}

// ---- What stands out, and how sure that is -----------------------------------------------------

Block notes_block(const RunResult& run, const GatedComparison* gate) {
  Block block{.head = "\n### What stands out\n\n", .things = "remarks"};
  for (const RunNote& note : run_notes(run, gate)) {
    block.list.push_back(
        absl::StrCat("- **", markdown_text(note.subject), "**: ", markdown_text(note.text), "\n"));
  }
  if (block.list.empty()) block.head += "Nothing.\n";
  return block;
}

std::string checks_text(const ModelContext& model) {
  std::string text = absl::StrFormat("learning rate %g", model.learning_rate);
  if (std::isfinite(model.learned_rate) && model.learned_rate != model.learning_rate) {
    absl::StrAppendFormat(&text, ", of learned doses %g", model.learned_rate);
  }
  const ModelChecks& checks = model.checks;
  if (std::isfinite(checks.curvature)) {
    absl::StrAppendFormat(&text, ", curvature %.2g (to be below %.2g)", checks.curvature,
                          kLargestCurvature);
  }
  if (std::isfinite(checks.noise_floor)) {
    absl::StrAppendFormat(&text, ", noise floor %.2g %s", checks.noise_floor, model.unit);
  }
  return absl::StrCat(text, ", ", model.seeds.size(), " seeds complete");
}

Block confidence_block(const RunResult& run) {
  Block block{
      .head = absl::StrFormat(
          "\n### How sure that is\n\n"
          "An effect is in units of what training on a sample does for that sample itself, and "
          "counts from %g on. DIR: it should be above 0; INV: as good as 0. Intervals are BCa "
          "bootstraps over the seeds, p is the one that the verdict rests on. Training decides "
          "the verdict; in context the sample is only read.\n\n",
          kSmallestEffect),
      .things = "models"};
  for (const ModelContext& model : run.context.models) {
    block.list.push_back(
        absl::StrCat("- ", name_of(model), ": ", markdown_text(checks_text(model)), "\n"));
  }
  return block;
}

Block command_block(const RunResult& run) {
  // A command of a thousand files has no place in a comment.
  constexpr size_t kLongestCommand = 4000;
  const RunContext& context = run.context;
  std::string command = command_text(context.command_line);
  if (command.size() > kLongestCommand) {
    command = absl::StrCat("run.json has the command: it is ", command.size(), " characters long");
  }
  return {.head = absl::StrCat(
              "\n### Again\n\n", markdown_block(command), "\n",
              markdown_text(absl::StrCat("eif-suite ", context.program_version, ", engine ",
                                         run.request.engine, ", ", run.request.dtype, " on ",
                                         run.request.device, ", torch ", context.torch_version,
                                         ", started ", context.started_at,
                                         context.tags.empty() ? "" : ", ", tags_text(context))),
              "\n")};
}

}  // namespace

std::string run_markdown(const RunResult& run, const GatedComparison* gate, size_t longest) {
  const std::string judged = gate == nullptr ? "" : absl::StrCat("; ", outcome_text(*gate));
  std::vector<Block> blocks = {
      {.head = absl::StrCat("## eif-suite: ", verdict_counts(run), judged, "\n")}, overview(run)};
  if (gate != nullptr) blocks.push_back(changes_block(*gate));
  // With many models the overview is the table; their expectations are in the other reports.
  constexpr size_t kMostTables = 8;
  const std::vector<ModelContext>& models = run.context.models;
  for (size_t i = 0; i < std::min(models.size(), kMostTables); ++i) {
    blocks.push_back(table_of(run, models[i]));
  }
  if (models.size() > kMostTables) {
    blocks.push_back({.head = left_out_text(models.size() - kMostTables, "models' tables")});
  }
  blocks.push_back(notes_block(run, gate));
  blocks.push_back(confidence_block(run));
  if (gate != nullptr) blocks.push_back({.head = "\n" + how_changes_are_judged(*gate) + "\n"});
  blocks.push_back(command_block(run));
  return fitted_comment(blocks, longest);
}

}  // namespace eif
