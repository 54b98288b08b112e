#include <iostream>
#include <memory>

#include "absl/time/clock.h"
#include "reports/file_name.h"
#include "reports/matrix_files.h"
#include "reports/reproduction.h"
#include "suite/cli/commands.h"
#include "suite/cli/exit_code.h"
#include "suite/cli/interrupt.h"
#include "suite/cli/progress.h"
#include "suite/cli/run_context.h"
#include "suite/cli/run_options.h"
#include "suite/host/reproduction/reproduction.h"

namespace eif {
namespace {

// Writes each matrix, and the figures of each model, as soon as they are there.
class ReproductionRecorder final : public ReproductionObserver {
 public:
  explicit ReproductionRecorder(std::filesystem::path folder) : folder_(std::move(folder)) {}

  absl::Status measured(const MeasuredMatrix& measured) override {
    return write_matrix_files(
        folder_ / "matrices" / file_name(measured.model) / matrix_name(measured), measured.matrix);
  }
  absl::Status reproduced(const ModelReproduction& model) override {
    return write_figures(folder_, model);
  }

 private:
  std::filesystem::path folder_;
};

int exit_code(const ReproductionOutcome& outcome, const PluginSet& plugins) {
  if (outcome.end != RunEnd::kComplete) return exit_code_of(outcome.end);
  if (outcome.incomplete) return kNotMeasured;
  // A plugin that was asked for and could not be loaded was not measured either.
  return plugins.skipped.empty() ? kSuccess : kUnavailable;
}

int reproduce(const RunOptions& options, const Invocation& invocation) {
  const PluginSet plugins = load_plugins_with_warnings(invocation, options.model.plugins);
  absl::StatusOr<RunPlan> plan = make_measuring_plan(options, plugins);
  if (!plan.ok()) {
    print_error(std::string(plan.status().message()));
    return kUsage;
  }
  apply_compute_options(options.model, options.fine_tuning);
  watch_interrupts();

  const absl::Time started = absl::Now();
  const std::filesystem::path folder = out_folder(options.out, started);
  ReproductionRecorder recorder(folder);
  Progress progress(stderr_is_terminal());
  Reproduction reproduction{make_context(options, *plan, plugins, invocation, started), {}};
  DigitSource digits(options.model.plugins.data_folder);
  connect(*plan, options, digits, progress);
  ReproductionOutcome outcome =
      reproduce(*std::move(plan), plugins, reproduction.context, digits, recorder, progress);
  progress.finish();
  if (!outcome.status.ok()) print_error(std::string(outcome.status.message()));
  if (outcome.reproductions.empty()) return exit_code(outcome, plugins);

  reproduction.models = std::move(outcome.reproductions);
  reproduction.context.models = outcome.models;
  reproduction.context.interrupted = outcome.end == RunEnd::kInterrupted;
  if (absl::Status status = write_overview(folder, reproduction); !status.ok()) {
    print_error(std::string(status.message()));
    return kNotMeasured;
  }
  std::cout << (folder / "index.html").string() << std::endl;
  std::cerr << "wrote figures, their numbers and reproduction.json beside it\n";
  return exit_code(outcome, plugins);
}

}  // namespace

Command add_reproduce_command(CLI::App& app) {
  CLI::App* command = app.add_subcommand(
      "reproduce", "The figures and claims of the paper, on models of your choice");
  command->footer(
      "Draws figure 1 for a model of images, figures 2 to 6 for a model of text, and puts what "
      "the\n"
      "paper says beside what was measured. Prints the path of the page that has it all.\n\n"
      "Examples:\n"
      "  eif-suite reproduce --model cnn,smollm2 --out paper\n"
      "  eif-suite reproduce --model smollm2 --seeds 1\n"
      "  eif-suite reproduce --model phi3 --dtype bfloat16 --device cuda --out phi3");
  auto options = std::make_shared<RunOptions>();
  add_model_names_option(*command, *options);
  add_measuring_options(*command, *options);
  command
      ->add_option("--out", options->out,
                   "Folder for the page, the figures and their numbers; left out: a new one "
                   "below eif-out")
      ->type_name("DIR");
  return [options](const Invocation& invocation) { return reproduce(*options, invocation); };
}

}  // namespace eif
