#include <algorithm>
#include <iostream>
#include <memory>

#include "absl/time/clock.h"
#include "reports/file_name.h"
#include "reports/json.h"
#include "reports/matrix_files.h"
#include "reports/terminal.h"
#include "suite/cli/commands.h"
#include "suite/cli/exit_code.h"
#include "suite/cli/interrupt.h"
#include "suite/cli/progress.h"
#include "suite/cli/run_context.h"
#include "suite/cli/run_options.h"
#include "suite/formats/atomic_file.h"
#include "suite/host/suite_run.h"

namespace eif {
namespace {

// Writes each matrix as soon as it is there.
class RunRecorder final : public RunObserver {
 public:
  explicit RunRecorder(std::filesystem::path folder) : folder_(std::move(folder)) {}

  absl::Status measured(const MeasuredMatrix& measured) override {
    return write_matrix_files(folder_ / "matrices" / file_name(measured.model) /
                                  file_name(measured.desideratum) / matrix_name(measured),
                              measured.matrix);
  }

 private:
  std::filesystem::path folder_;
};

bool all_measured(const std::vector<DesideratumResult>& results) {
  return std::none_of(results.begin(), results.end(), [](const DesideratumResult& result) {
    return !result.error.empty() || result.verdict == Verdict::kNotMeasured;
  });
}

bool any_seed(const std::vector<DesideratumResult>& results) {
  return std::any_of(results.begin(), results.end(),
                     [](const DesideratumResult& result) { return !result.seeds.empty(); });
}

int exit_code(const RunOutcome& outcome, const PluginSet& plugins) {
  if (outcome.end != RunEnd::kComplete) return exit_code_of(outcome.end);
  if (outcome.results.empty()) return kNothingSelected;
  if (!all_measured(outcome.results)) return kNotMeasured;
  // A plugin that was asked for and could not be loaded was not measured either.
  return plugins.skipped.empty() ? kSuccess : kUnavailable;
}

int run(const RunOptions& options, const Invocation& invocation) {
  const PluginSet plugins = load_plugins_with_warnings(invocation, options.model.plugins);
  absl::StatusOr<RunPlan> plan = make_run_plan(options, plugins);
  if (!plan.ok()) {
    print_error(std::string(plan.status().message()));
    return kUsage;
  }
  apply_compute_options(options.model, options.fine_tuning);
  watch_interrupts();

  const absl::Time started = absl::Now();
  const std::filesystem::path folder = out_folder(options.out, started);
  RunRecorder recorder(folder);
  Progress progress(stderr_is_terminal());
  DigitSource digits(options.model.plugins.data_folder);
  connect(*plan, options, digits, progress);
  RunOutcome outcome = run_suite(*plan, digits, recorder, progress);
  progress.finish();
  if (!outcome.status.ok()) print_error(std::string(outcome.status.message()));

  RunResult result{make_context(options, *plan, plugins, invocation, started),
                   std::move(outcome.results)};
  result.context.models = outcome.models;
  result.context.interrupted = outcome.end == RunEnd::kInterrupted;
  const int code = exit_code({{}, result.results, outcome.end, {}}, plugins);
  if (code == kNothingSelected) print_error("none of the desiderata applies to the model");
  if (result.results.empty()) return code;
  // Without its model or data nothing came about that a report could tell.
  if (outcome.end == RunEnd::kUnavailable && !any_seed(result.results)) return code;
  const std::string document = json_report(result);
  const std::filesystem::path path = folder / "run.json";
  if (absl::Status status = write_file_atomically(path, document); !status.ok()) {
    print_error(std::string(status.message()));
    return kNotMeasured;
  }
  std::cout << (options.json ? document : terminal_report(result, stdout_shows_color()))
            << std::flush;
  std::cerr << "wrote " << path.string() << " and the matrices beside it\n";
  return code;
}

}  // namespace

Command add_run_command(CLI::App& app) {
  CLI::App* command =
      app.add_subcommand("run", "Measure influence and judge desiderata (the default command)");
  command->footer(
      "Examples:\n"
      "  eif-suite --model cnn --all\n"
      "  eif-suite run --model cnn --desideratum symmetry --seeds 20 --lr 1e-3\n"
      "  eif-suite run --model cnn --all --json > run.json\n"
      "  eif-suite run --model smollm2 --desideratum sparsity --claims mine.txt --large");
  auto options = std::make_shared<RunOptions>();
  add_run_options(*command, *options);
  return [options](const Invocation& invocation) { return run(*options, invocation); };
}

}  // namespace eif
