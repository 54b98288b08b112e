#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "reports/comparison.h"
#include "reports/run_folder.h"
#include "suite/cli/commands.h"
#include "suite/cli/exit_code.h"
#include "suite/cli/gate_file.h"
#include "suite/cli/gate_outcome.h"
#include "suite/cli/output.h"
#include "suite/cli/path_option.h"
#include "suite/cli/report_outputs.h"
#include "suite/cli/run_context.h"
#include "suite/cli/run_options.h"

namespace eif {
namespace {

// A gate, and the run that it compares with.
struct OpenGate {
  Gate gate;
  std::unique_ptr<RecordedRun> baseline;
};

absl::StatusOr<OpenGate> open_gate(const std::string& path) {
  absl::StatusOr<GateFile> file = read_gate_file(path);
  if (!file.ok()) return file.status();
  if (file->baseline.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(
        path,
        ": it names no baseline; add baseline = \"FILE\", a run or what `eif-suite baseline "
        "accept` wrote"));
  }
  absl::StatusOr<std::unique_ptr<RecordedRun>> baseline = RecordedRun::open(file->baseline);
  if (!baseline.ok()) return baseline.status();
  if (absl::Status status = check_gate(file->gate, (*baseline)->run()); !status.ok()) return status;
  return OpenGate{std::move(file->gate), *std::move(baseline)};
}

// Says what comes of the gate. What was not measured weighs more than a gate that is passed, and
// less than one that fails.
int judge_run(const OpenGate& open, const RunResult& run, int code_of_run) {
  const absl::StatusOr<GatedComparison> gated =
      compare_with_gate(open.gate, open.baseline->run(), run);
  if (!gated.ok()) return fail(gated.status(), kUsage);
  for (const std::string& difference : gated->comparison.differences) {
    warn(absl::StrCat("gate: differs from the baseline: ", difference));
  }
  for (const ComparedDesideratum& one : gated->comparison.desiderata) {
    if (!one.why.empty()) warn(absl::StrCat("gate: ", one.desideratum, ": ", one.why));
  }
  for (const std::string& line : gate_lines(*gated)) warn(line);
  const int code = exit_code_of(*gated);
  return code_of_run == kSuccess || code == kUsage || code == kGotWorse ? code : code_of_run;
}

int run_and_report(RunOptions& options, const Invocation& invocation) {
  if (options.json) options.outputs.format = "json";
  // Before hours of measuring: where a report cannot go is said at once.
  const absl::StatusOr<std::vector<PlannedReport>> reports =
      plan_reports(options.outputs, document_formats());
  if (!reports.ok()) return fail(reports.status(), kUsage);
  OpenGate gate;
  if (!options.gate.empty()) {
    absl::StatusOr<OpenGate> opened = open_gate(options.gate);
    if (!opened.ok()) return fail(opened.status(), kUsage);
    gate = *std::move(opened);
  }
  const FinishedRun finished = measure_run(options, invocation);
  if (finished.folder == nullptr || !has_complete_seeds(finished.run)) return finished.exit_code;
  const absl::Status written =
      write_reports(*reports, finished.run, *finished.folder, finished.folder->path().string());
  if (!written.ok()) return fail(written, kNotMeasured);
  return gate.baseline == nullptr ? finished.exit_code
                                  : judge_run(gate, finished.run, finished.exit_code);
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
      "  eif-suite run --model ./checkpoint-500 --all --gate gate.toml\n"
      "  eif-suite run --model 'runs/checkpoint-*' --all\n"
      "  eif-suite run --model EleutherAI/pythia-70m@step1000 --all\n"
      "  eif-suite run --model my-lora --weights its-base --all\n"
      "  eif-suite run --model smollm2 --desideratum sparsity --claims mine.txt --large");
  auto options = std::make_shared<RunOptions>();
  add_run_options(*command, *options);
  names_path(command->add_option("--gate", options->gate,
                                 "Also judge the run by this gate in TOML (docs/gate.md)"),
             "FILE");
  return [options](const Invocation& invocation) { return run_and_report(*options, invocation); };
}

}  // namespace eif
