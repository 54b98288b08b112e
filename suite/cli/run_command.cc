#include <memory>

#include "suite/cli/commands.h"
#include "suite/cli/exit_code.h"
#include "suite/cli/report_outputs.h"
#include "suite/cli/run_context.h"
#include "suite/cli/run_options.h"

namespace eif {
namespace {

int run_and_report(RunOptions& options, const Invocation& invocation) {
  if (options.json) options.outputs.format = "json";
  // Before hours of measuring: where a report cannot go is said at once.
  const absl::StatusOr<std::vector<PlannedReport>> reports =
      plan_reports(options.outputs, document_formats());
  if (!reports.ok()) return fail(reports.status(), kUsage);
  const FinishedRun finished = measure_run(options, invocation);
  if (finished.folder == nullptr || !has_complete_seeds(finished.run)) return finished.exit_code;
  const absl::Status written =
      write_reports(*reports, finished.run, *finished.folder, finished.folder->path().string());
  return written.ok() ? finished.exit_code : fail(written, kNotMeasured);
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
      "  eif-suite run --model 'runs/checkpoint-*' --all\n"
      "  eif-suite run --model EleutherAI/pythia-70m@step1000 --all\n"
      "  eif-suite run --model my-lora --weights its-base --all\n"
      "  eif-suite run --model smollm2 --desideratum sparsity --claims mine.txt --large");
  auto options = std::make_shared<RunOptions>();
  add_run_options(*command, *options);
  return [options](const Invocation& invocation) { return run_and_report(*options, invocation); };
}

}  // namespace eif
