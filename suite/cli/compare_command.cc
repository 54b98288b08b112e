#include <memory>
#include <span>

#include "reports/comparison.h"
#include "reports/run_folder.h"
#include "suite/cli/choices.h"
#include "suite/cli/commands.h"
#include "suite/cli/exit_code.h"
#include "suite/cli/format_option.h"
#include "suite/cli/gate_file.h"
#include "suite/cli/gate_outcome.h"
#include "suite/cli/numbers.h"
#include "suite/cli/path_option.h"

namespace eif {
namespace {

struct CompareOptions {
  std::string baseline, run;
  double margin = kSmallestEffect;
  std::string gate;     // a file
  std::string unclear;  // empty: as the gate says
  FormatOptions output;
};

constexpr ReportFormat<RunComparison> kFormats[] = {
    {"table", "txt", "for people", Reader::kPerson, comparison_table},
    {"json", "json", "with all numbers", Reader::kProgram, comparison_json},
};
constexpr ReportFormat<GatedComparison> kGatedFormats[] = {
    {"table", "txt", "for people", Reader::kPerson, gated_table},
    {"json", "json", "with all numbers", Reader::kProgram, gated_json},
};

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

int compare_gated(const CompareOptions& options, const RecordedRun& baseline,
                  const RecordedRun& run, size_t format) {
  const absl::StatusOr<Gate> gate = gate_of(options);
  if (!gate.ok()) return fail(gate.status(), kUsage);
  absl::StatusOr<GatedComparison> gated = compare_with_gate(*gate, baseline.run(), run.run());
  if (!gated.ok()) return fail(gated.status(), kUsage);
  gated->comparison.baseline_path = baseline.path().string();
  gated->comparison.run_path = run.path().string();
  const ReportFormat<GatedComparison>& chosen = kGatedFormats[format];
  return deliver(chosen.document(*gated), options.output.path, exit_code_of(*gated),
                 content_of(chosen.reader));
}

int compare(const CompareOptions& options) {
  const absl::StatusOr<size_t> format =
      choose_format(options.output, format_names(std::span(kFormats)));
  if (!format.ok()) return fail(format.status(), kUsage);
  const absl::StatusOr<std::unique_ptr<RecordedRun>> baseline = RecordedRun::open(options.baseline);
  if (!baseline.ok()) return fail(baseline.status(), kUsage);
  const absl::StatusOr<std::unique_ptr<RecordedRun>> run = RecordedRun::open(options.run);
  if (!run.ok()) return fail(run.status(), kUsage);
  if (!options.gate.empty() || !options.unclear.empty()) {
    return compare_gated(options, **baseline, **run, *format);
  }
  absl::StatusOr<RunComparison> comparison =
      compare_runs((*baseline)->run(), (*run)->run(), options.margin);
  if (!comparison.ok()) return fail(comparison.status(), kUsage);
  comparison->baseline_path = (*baseline)->path().string();
  comparison->run_path = (*run)->path().string();
  const ReportFormat<RunComparison>& chosen = kFormats[*format];
  return deliver(chosen.document(*comparison), options.output.path,
                 exit_code_of(outcome_of(*comparison)), content_of(chosen.reader));
}

}  // namespace

Command add_compare_command(CLI::App& app) {
  CLI::App* command = app.add_subcommand("compare", "Whether a run is worse than an earlier one");
  command->footer(
      "Both are folders of runs, or run.json files; seeds are compared one by one. Runs that\n"
      "measured different things (another optimizer, clipping, control, claims, a learning rate\n"
      "given by hand …) are refused; what differs only in how it was computed is named.\n\n"
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
      "  eif-suite compare baseline new --gate gate.toml");
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
  CLI::Option* margin = command->get_option("--margin");
  names_path(command->add_option("--gate", options->gate, "What is demanded, in TOML"), "FILE")
      ->excludes(margin);
  command
      ->add_option("--unclear", options->unclear,
                   "What comes of an expectation that is not shown to be no worse")
      ->check(one_of({"pass", "warn", "fail"}));
  add_format_options(*command, options->output, format_names(std::span(kFormats)));
  return [options](const Invocation&) { return compare(*options); };
}

}  // namespace eif
