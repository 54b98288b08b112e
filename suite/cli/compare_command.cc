#include <algorithm>
#include <memory>

#include "reports/comparison.h"
#include "reports/recorded_run.h"
#include "suite/cli/commands.h"
#include "suite/cli/exit_code.h"
#include "suite/cli/numbers.h"
#include "suite/host/run_comparison.h"

namespace eif {
namespace {

struct CompareOptions {
  std::string baseline, run;
  double margin = kSmallestEffect;
  std::string format = "table";
  std::string out;
};

int exit_code(const RunComparison& comparison) {
  const auto any = [&](auto is_so) {
    return std::any_of(comparison.desiderata.begin(), comparison.desiderata.end(), is_so);
  };
  if (any(got_worse)) return kGotWorse;
  const bool all_compared =
      !any([](const ComparedDesideratum& one) { return !one.not_comparable.empty(); });
  return all_compared ? kSuccess : kNotMeasured;
}

int compare(const CompareOptions& options) {
  const absl::StatusOr<RecordedRun> baseline = read_recorded_run(options.baseline);
  if (!baseline.ok()) return fail(baseline.status(), kUsage);
  const absl::StatusOr<RecordedRun> run = read_recorded_run(options.run);
  if (!run.ok()) return fail(run.status(), kUsage);
  const absl::StatusOr<RunComparison> comparison = compare_runs(*baseline, *run, options.margin);
  if (!comparison.ok()) return fail(comparison.status(), kUsage);
  const std::string document =
      options.format == "json" ? comparison_json(*comparison) : comparison_table(*comparison);
  const absl::Status written = write_result(document, options.out);
  if (!written.ok()) return fail(written, kNotMeasured);
  return exit_code(*comparison);
}

}  // namespace

Command add_compare_command(CLI::App& app) {
  CLI::App* command = app.add_subcommand("compare", "Whether a run is worse than an earlier one");
  command->footer(
      "Both are folders of runs, or run.json files; seeds are compared one by one. The exit "
      "status\n"
      "is 1 where a desideratum got worse: one of its primary expectations is shown to have lost\n"
      "more than the margin, or it held and is violated now. It is 3 where the run lacks one that\n"
      "the baseline has.\n\n"
      "Examples:\n"
      "  eif-suite run --model smollm2 --all --out baseline\n"
      "  eif-suite run --model ./checkpoint-500 --all --out new && eif-suite compare baseline new\n"
      "  eif-suite compare baseline/run.json new/run.json --margin 0.05 --format json -o "
      "change.json");
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
  command->add_option("--format", options->format, "Of the result")
      ->check(CLI::IsMember({"table", "json"}))
      ->capture_default_str();
  command->add_option("-o,--output", options->out, "Write to this file instead of printing")
      ->type_name("FILE");
  return [options](const Invocation&) { return compare(*options); };
}

}  // namespace eif
