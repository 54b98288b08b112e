#include <memory>
#include <span>

#include "reports/comparison.h"
#include "reports/run_folder.h"
#include "suite/cli/commands.h"
#include "suite/cli/exit_code.h"
#include "suite/cli/format_option.h"
#include "suite/cli/numbers.h"

namespace eif {
namespace {

struct CompareOptions {
  std::string baseline, run;
  double margin = kSmallestEffect;
  FormatOptions output;
};

constexpr ReportFormat<RunComparison> kFormats[] = {
    {"table", "txt", "for people", Reader::kPerson, comparison_table},
    {"json", "json", "with all numbers", Reader::kProgram, comparison_json},
};

int exit_code(ComparisonOutcome outcome) {
  switch (outcome) {
    case ComparisonOutcome::kNotComparable:
      return kUsage;
    case ComparisonOutcome::kGotWorse:
      return kGotWorse;
    case ComparisonOutcome::kNothingShown:
      return kNotMeasured;
    case ComparisonOutcome::kNoWorse:
      break;
  }
  return kSuccess;
}

int compare(const CompareOptions& options) {
  const absl::StatusOr<size_t> format =
      choose_format(options.output, format_names(std::span(kFormats)));
  if (!format.ok()) return fail(format.status(), kUsage);
  const absl::StatusOr<std::unique_ptr<RecordedRun>> baseline = RecordedRun::open(options.baseline);
  if (!baseline.ok()) return fail(baseline.status(), kUsage);
  const absl::StatusOr<std::unique_ptr<RecordedRun>> run = RecordedRun::open(options.run);
  if (!run.ok()) return fail(run.status(), kUsage);
  absl::StatusOr<RunComparison> comparison =
      compare_runs((*baseline)->run(), (*run)->run(), options.margin);
  if (!comparison.ok()) return fail(comparison.status(), kUsage);
  comparison->baseline_path = (*baseline)->path().string();
  comparison->run_path = (*run)->path().string();
  const ReportFormat<RunComparison>& chosen = kFormats[*format];
  return deliver(chosen.document(*comparison), options.output.path,
                 exit_code(outcome_of(*comparison)), content_of(chosen.reader));
}

}  // namespace

Command add_compare_command(CLI::App& app) {
  CLI::App* command = app.add_subcommand("compare", "Whether a run is worse than an earlier one");
  command->footer(
      "Both are folders of runs, or run.json files; seeds are compared one by one. Runs that\n"
      "measured different things (another optimizer, clipping, control, claims, a learning rate\n"
      "given by hand …) are refused; what differs only in how it was computed is named.\n\n"
      "Exit status, the first that applies:\n"
      "  2  the two cannot be compared, or a desideratum asks something else than before\n"
      "  1  shown to be worse, also in a run that was cut short: a primary expectation has lost\n"
      "     more than the margin, or a desideratum held and is violated now\n"
      "  3  nothing could be shown: a run was interrupted or failed, lacks a desideratum, or has\n"
      "     so few seeds that no change could be significant\n"
      "  0  all was compared, and nothing is shown to be worse\n\n"
      "Examples:\n"
      "  eif-suite run --model smollm2 --all --out baseline\n"
      "  eif-suite run --model ./checkpoint-500 --all --out new\n"
      "  eif-suite compare baseline new\n"
      "  eif-suite compare baseline/run.json new/run.json --margin 0.05 -o change.json");
  auto options = std::make_shared<CompareOptions>();
  command->add_option("baseline", options->baseline, "The earlier run")
      ->required()
      ->type_name("BASELINE");
  command->add_option("run", options->run, "The run to judge")->required()->type_name("RUN");
  command
      ->add_option("--margin", options->margin,
                   "How much of what a sample does for itself an expectation may lose")
      ->check(not_negative())
      ->capture_default_str();
  add_format_options(*command, options->output, format_names(std::span(kFormats)));
  return [options](const Invocation&) { return compare(*options); };
}

}  // namespace eif
