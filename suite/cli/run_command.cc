#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "suite/cli/commands.h"
#include "suite/cli/dry_run.h"
#include "suite/cli/exit_code.h"
#include "suite/cli/gate_outcome.h"
#include "suite/cli/gated_run.h"
#include "suite/cli/numbers.h"
#include "suite/cli/path_option.h"
#include "suite/cli/report_outputs.h"
#include "suite/cli/run_context.h"
#include "suite/cli/run_options.h"

namespace eif {
namespace {

// What was not measured weighs more than a gate that is passed, and less than one that fails.
int exit_code_of(const GatedComparison& gated, int code_of_run) {
  const int code = exit_code_of(gated);
  return code_of_run == kSuccess || code == kUsage || code == kGotWorse ? code : code_of_run;
}

// Measures, and where a gate finds something unclear measures more, as far as the options let it.
// `gated` is set where a gate was judged.
int measure_and_judge(const RunOptions& options, const Invocation& invocation, const OpenGate& gate,
                      FinishedRun& finished, std::optional<GatedComparison>& gated) {
  RunOptions resolved = options;
  finished = measure_run(resolved, invocation, nullptr, [&](const RunPlan& plan) {
    return gate.baseline == nullptr ? absl::OkStatus() : check_comparable(gate, plan);
  });
  const bool is_judged = gate.baseline != nullptr && finished.folder != nullptr &&
                         has_complete_seeds(finished.run);
  if (!is_judged) return finished.exit_code;
  const std::string folder = finished.folder->path().string();
  absl::StatusOr<GatedComparison> judged = judge(gate, finished.run, folder);
  if (judged.ok() && options.more_seeds > 0 &&
      measure_more_seeds(gate, *judged, options, invocation, finished)) {
    judged = judge(gate, finished.run, folder);
  }
  if (!judged.ok()) return fail(judged.status(), kUsage);
  gated = *std::move(judged);
  return exit_code_of(*gated, finished.exit_code);
}

int run_and_report(RunOptions& options, const Invocation& invocation) {
  if (options.json) options.outputs.format = "json";
  // Before hours of measuring: where a report cannot go is said at once.
  const absl::StatusOr<std::vector<PlannedReport>> reports =
      plan_reports(options.outputs, documents_of(run_formats()));
  if (!reports.ok()) return fail(reports.status(), kUsage);
  if (options.dry_run) return dry_run(options, *reports, invocation);
  OpenGate gate;
  if (!options.gate.empty()) {
    absl::StatusOr<OpenGate> opened = open_gate(options);
    if (!opened.ok()) return fail(opened.status(), kUsage);
    gate = *std::move(opened);
  }
  FinishedRun finished;
  std::optional<GatedComparison> gated;
  const int code = measure_and_judge(options, invocation, gate, finished, gated);
  if (finished.folder == nullptr || !has_complete_seeds(finished.run)) return code;
  const absl::Status written = write_reports(
      *reports, {finished.run, *finished.folder, gated ? &*gated : nullptr},
      finished.folder->path().string());
  if (!written.ok()) return fail(written, kNotMeasured);
  if (gated) say_what_was_judged(*gated);
  return code;
}

}  // namespace

Command add_run_command(CLI::App& app) {
  CLI::App* command =
      app.add_subcommand("run", "Measure influence and judge desiderata (the default command)");
  command->footer(
      "Each seed is kept when it is complete: the same command, given again after the run was\n"
      "stopped or cut off, goes on with the seeds that are missing.\n\n"
      "Examples:\n"
      "  eif-suite --model cnn --all\n"
      "  eif-suite run --model cnn --desideratum symmetry --seeds 20 --lr 1e-3\n"
      "  eif-suite run --model cnn --all --json > run.json\n"
      "  eif-suite run --model cnn --all -o - -o comment.md -o results.xml\n"
      "  eif-suite run --model ./checkpoint-500 --all --gate gate.toml -o - -o results.xml\n"
      "  eif-suite run --model ./checkpoint-500 --all --tag commit=abc1234 --tag data=v2\n"
      "  eif-suite run --model smollm2 --all --dry-run\n"
      "  eif-suite run --model smollm2 --desideratum ontology --budget 20m\n"
      "  eif-suite run --model 'runs/checkpoint-*' --all\n"
      "  eif-suite run --model EleutherAI/pythia-70m@step1000 --all\n"
      "  eif-suite run --model my-lora --weights its-base --all\n"
      "  eif-suite run --model smollm2 --desideratum sparsity --claims mine.txt --large");
  auto options = std::make_shared<RunOptions>();
  add_run_options(*command, *options);
  names_path(command->add_option("--gate", options->gate,
                                 "Also judge the run by this gate in TOML (docs/gate.md)"),
             "FILE")
      ->excludes(command->get_option("--dry-run"));
  command
      ->add_option("--more-seeds", options->more_seeds,
                   "Of what the gate finds unclear, measure so many seeds more and judge again, at "
                   "half the level each time")
      ->check(whole_number(1, kMostSeeds))
      ->needs(command->get_option("--gate"))
      ->excludes(command->get_option("--budget"));
  return [options](const Invocation& invocation) { return run_and_report(*options, invocation); };
}

}  // namespace eif
