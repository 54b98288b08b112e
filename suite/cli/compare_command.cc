#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "reports/run_folder.h"
#include "reports/run_formats.h"
#include "suite/cli/choices.h"
#include "suite/cli/commands.h"
#include "suite/cli/exit_code.h"
#include "suite/cli/gate_file.h"
#include "suite/cli/gate_outcome.h"
#include "suite/cli/numbers.h"
#include "suite/cli/path_option.h"
#include "suite/cli/report_outputs.h"

namespace eif {
namespace {

struct CompareOptions {
  std::vector<std::string> runs;  // the oldest first; the last is judged
  double margin = kSmallestEffect;
  std::string gate;     // a file
  std::string unclear;  // empty: as the gate says
  ReportOutputs outputs;
};

using OpenRuns = std::vector<std::unique_ptr<RecordedRun>>;

absl::StatusOr<OpenRuns> open_runs(const std::vector<std::string>& paths) {
  OpenRuns runs;
  for (const std::string& path : paths) {
    absl::StatusOr<std::unique_ptr<RecordedRun>> run = RecordedRun::open(path);
    if (!run.ok()) return run.status();
    runs.push_back(*std::move(run));
  }
  return runs;
}

absl::StatusOr<Gate> gate_of(const CompareOptions& options) {
  Gate gate;
  if (options.gate.empty()) {
    gate.rules.push_back({.margin = options.margin});
  } else {
    absl::StatusOr<GateFile> file = read_gate_file(options.gate);
    if (!file.ok()) return file.status();
    gate = std::move(file->gate);
  }
  if (!options.unclear.empty()) gate.rules.push_back({.unclear = gate_level(options.unclear)});
  return gate;
}

absl::StatusOr<GatedComparison> judged(const CompareOptions& options, const OpenRuns& runs) {
  std::vector<const RunResult*> earlier;
  for (const std::unique_ptr<RecordedRun>& run : runs) earlier.push_back(&run->run());
  earlier.pop_back();
  if (!options.gate.empty() || !options.unclear.empty()) {
    const absl::StatusOr<Gate> gate = gate_of(options);
    if (!gate.ok()) return gate.status();
    return compare_with_gate(*gate, earlier, runs.back()->run());
  }
  const double margin = options.margin;
  absl::StatusOr<RunComparison> comparison = compare_series(
      earlier, runs.back()->run(),
      {.margin_of = [margin](const std::string&, const std::string&) { return margin; }});
  if (!comparison.ok()) return comparison.status();
  comparison->margin = margin;
  return without_gate(*std::move(comparison));
}

// Why the comparison is not whole, each reason once.
void say_what_is_not_shown(const RunComparison& comparison) {
  for (const std::string& reason : comparison.cut_short) warn(reason);
  std::map<std::string, std::vector<std::string>> by_reason;
  for (const ComparedDesideratum& one : comparison.desiderata) {
    if (!one.why.empty()) by_reason[one.why].push_back(one.desideratum);
  }
  for (const auto& [why, desiderata] : by_reason) {
    warn(absl::StrCat("nothing can be shown of ", absl::StrJoin(desiderata, ", "), ": ", why));
  }
}

int compare(const CompareOptions& options) {
  const absl::StatusOr<std::vector<PlannedReport>> reports =
      plan_reports(options.outputs, all_of(comparison_formats()));
  if (!reports.ok()) return fail(reports.status(), kUsage);
  const absl::StatusOr<OpenRuns> runs = open_runs(options.runs);
  if (!runs.ok()) return fail(runs.status(), kUsage);
  absl::StatusOr<GatedComparison> gated = judged(options, *runs);
  if (!gated.ok()) return fail(gated.status(), kUsage);
  RunComparison& comparison = gated->comparison;
  const RecordedRun &first = *runs->front(), &last = *runs->back();
  comparison.baseline_path = first.path().string();
  comparison.run_path = last.path().string();
  for (size_t i = 0; i < comparison.between.size(); ++i) {
    comparison.between[i].path = (*runs)[i + 1]->path().string();
  }
  const RunSource baseline{first.run(), first};
  const absl::Status written = write_reports(
      *reports, {last.run(), last, &*gated, &baseline}, last.path().parent_path().string());
  if (!written.ok()) return fail(written, kNotMeasured);
  const int code = exit_code_of(*gated);
  if (code == kNotMeasured) say_what_is_not_shown(comparison);
  return code;
}

}  // namespace

Command add_compare_command(CLI::App& app) {
  CLI::App* command = app.add_subcommand("compare", "Whether a run is worse than an earlier one");
  command->footer(
      "They are folders of runs, or run.json files; seeds are compared one by one. Runs that\n"
      "measured different things (another optimizer, clipping, control, claims, a learning rate\n"
      "given by hand …) are refused; what differs only in how it was computed is named.\n\n"
      "Of more than two runs, the oldest first, the trend is judged: the change of the straight\n"
      "line through all of them, seed by seed, from its begin to its end.\n\n"
      "With --gate or --unclear all primary expectations are judged together: a run that is no\n"
      "worse than the margins fails in at most one of twenty cases. docs/gate.md has the file.\n\n"
      "Exit status, the first that applies:\n"
      "  2  the two cannot be compared, or a desideratum asks something else than before\n"
      "  1  shown to be worse, also in a run that was cut short: a primary expectation has lost\n"
      "     more than the margin, or a desideratum held and is violated now; with a gate: it "
      "fails\n"
      "  3  nothing could be shown: a run was interrupted or failed, lacks a desideratum, or has\n"
      "     so few seeds that no change could be significant\n"
      "  0  all was compared, and nothing is shown to be worse\n\n"
      "Examples:\n"
      "  eif-suite run --model smollm2 --all --out baseline\n"
      "  eif-suite run --model ./checkpoint-500 --all --out new\n"
      "  eif-suite compare baseline new\n"
      "  eif-suite compare baseline/run.json new/run.json --margin 0.05 -o change.json\n"
      "  eif-suite compare baseline new --gate gate.toml -o - -o results.xml -o comment.md\n"
      "  eif-suite compare checkpoint-100 checkpoint-200 checkpoint-300 -o page.html");
  auto options = std::make_shared<CompareOptions>();
  command
      ->add_option("runs", options->runs,
                   "The baseline, and the run to judge; runs between them make it a trend")
      ->required()
      ->expected(2, 1000)
      ->type_name("BASELINE RUN");
  command
      ->add_option("--margin", options->margin,
                   "How much of what a sample does for itself an expectation may lose")
      ->check(not_negative())
      ->capture_default_str();
  CLI::Option* margin = command->get_option("--margin");
  names_path(command->add_option("--gate", options->gate, "What is demanded, in TOML"), "FILE")
      ->excludes(margin);
  command
      ->add_option("--unclear", options->unclear,
                   "What comes of an expectation that is not shown to be no worse")
      ->check(one_of({"pass", "warn", "fail"}));
  add_report_outputs(*command, options->outputs, all_of(comparison_formats()));
  return [options](const Invocation&) { return compare(*options); };
}

}  // namespace eif
