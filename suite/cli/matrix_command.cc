#include <iostream>
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "reports/matrix_files.h"
#include "reports/matrix_report.h"
#include "suite/cli/exit_code.h"
#include "suite/cli/interrupt.h"
#include "suite/cli/model_options.h"
#include "suite/cli/progress.h"
#include "suite/engine/in_context.h"
#include "suite/formats/npy.h"
#include "suite/host/auto_rate.h"
#include "suite/host/compute.h"
#include "suite/host/guard.h"
#include "suite/host/suite_run.h"

namespace eif {
namespace {

struct MatrixOptions {
  std::string model;
  std::string samples_file;
  bool in_context = false;
  std::string format = "table";
  std::string out;
  ModelOptions loading;
  FineTuningOptions fine_tuning;
};

std::string format_matrix(const std::string& format, const MatrixContext& context,
                          const Matrix& matrix) {
  if (format == "json") return matrix_json(context, matrix);
  if (format == "csv") return matrix_csv(matrix);
  if (format == "npy") return npy_bytes(matrix.rows(), matrix.columns(), matrix.values());
  return matrix_table(context, matrix);
}

bool all_measured(const Matrix& matrix) {
  const auto is_empty = [](const std::string& error) { return error.empty(); };
  return std::all_of(matrix.row_errors().begin(), matrix.row_errors().end(), is_empty) &&
         std::all_of(matrix.column_errors().begin(), matrix.column_errors().end(), is_empty);
}

absl::StatusOr<Matrix> measure(const MatrixOptions& options, Model& model,
                               const std::vector<Sample>& samples,
                               const TrainingOptions& training) {
  Progress progress(stderr_is_terminal());
  progress.expect(samples.size());
  const RunControl control{[] { return interrupted_by() != 0; },
                           [&](size_t rows) { progress.done(rows); }};
  return guarded(model.info().name, [&] {
    return options.in_context ? in_context_influence(model, samples, samples, control)
                              : make_engine(options.fine_tuning)
                                    ->influence(model, samples, samples, training, control);
  });
}

absl::Status check(const MatrixOptions& options) {
  if (options.model.empty() || options.samples_file.empty()) {
    return absl::InvalidArgumentError("matrix needs --model M and --samples FILE");
  }
  return options.in_context ? absl::OkStatus() : check_learning_rate(options.fine_tuning);
}

absl::StatusOr<ChosenRate> choose_learning_rate(const MatrixOptions& options, Model& model,
                                                const TrainingOptions& training) {
  if (options.in_context) return ChosenRate{Matrix::kUnmeasured, {}};
  if (!finds_learning_rate(options.fine_tuning)) return ChosenRate{training.learning_rate, {}};
  DigitSource digits(options.loading.plugins.data_folder);
  return auto_learning_rate(
      model, make_replay_engine(options.fine_tuning), training, digits,
      [](const std::string& line) { std::cerr << line << "\n"; },
      [] { return interrupted_by() != 0; });
}

int matrix(const MatrixOptions& options, const Invocation& invocation) {
  if (absl::Status status = check(options); !status.ok()) return fail(status, kUsage);
  absl::StatusOr<TrainingOptions> training = training_options(options.fine_tuning);
  if (!training.ok()) return fail(training.status(), kUsage);
  const absl::StatusOr<std::vector<Sample>> samples = read_samples(options.samples_file);
  if (!samples.ok()) return fail(samples.status(), kUsage);
  const PluginSet plugins = load_plugins_with_warnings(invocation, options.loading.plugins);
  const absl::StatusOr<ModelChoice> choice = choose_model(options.model, options.loading, plugins);
  if (!choice.ok()) return fail(choice.status(), kUsage);
  use_threads(options.loading.threads);
  watch_interrupts();

  const absl::Time loading = absl::Now();
  const absl::StatusOr<std::unique_ptr<Model>> model =
      load_model(*choice->backend, choice->request);
  if (!model.ok()) return fail(model.status(), kUnavailable);
  const double load_seconds = absl::ToDoubleSeconds(absl::Now() - loading);
  const ModelInfo& info = (*model)->info();
  const absl::StatusOr<ChosenRate> chosen = choose_learning_rate(options, **model, *training);
  if (!chosen.ok()) return fail(chosen.status(), kNotMeasured);
  training->learning_rate = chosen->learning_rate;
  const absl::Time measuring = absl::Now();
  const absl::StatusOr<Matrix> measured = measure(options, **model, *samples, *training);
  if (!measured.ok()) return fail(measured.status(), kNotMeasured);

  const MatrixContext context{info.name,
                              chosen->learning_rate,
                              chosen->reason,
                              options.in_context ? "in-context" : engine_name(options.fine_tuning),
                              info.modality == Modality::kText ? "nats/token" : "nats",
                              load_seconds,
                              absl::ToDoubleSeconds(absl::Now() - measuring)};
  const std::string document = format_matrix(options.format, context, *measured);
  const absl::Status written = write_result(document, options.out);
  if (!written.ok()) return fail(written, kNotMeasured);
  return all_measured(*measured) ? kSuccess : kNotMeasured;
}

}  // namespace

Command add_matrix_command(CLI::App& app) {
  CLI::App* command =
      app.add_subcommand("matrix", "The influence of your own samples on each other");
  command->footer(
      "The samples file is TOML; text is one statement, or a list of them:\n"
      "  [[sample]]\n"
      "  id = \"fact\"\n"
      "  text = \"a klarbu is a pimjon\"\n\n"
      "Examples:\n"
      "  eif-suite matrix --model smollm2 --samples mine.toml\n"
      "  eif-suite matrix --model smollm2 --samples mine.toml --in-context --format json -o "
      "ici.json");
  auto options = std::make_shared<MatrixOptions>();
  command->add_option("--model", options->model, "Alias, or a folder with a checkpoint")
      ->type_name("M");
  command->add_option("--samples", options->samples_file, "What to train on and to evaluate")
      ->type_name("FILE");
  command->add_flag("--in-context", options->in_context,
                    "Read each sample in front of the others instead of training on it");
  command->add_option("--format", options->format, "Of the result")
      ->check(CLI::IsMember({"table", "csv", "json", "npy"}))
      ->capture_default_str();
  command->add_option("-o,--output", options->out, "Write to this file instead of printing")
      ->type_name("FILE");
  add_fine_tuning_options(*command, options->fine_tuning);
  add_model_options(*command, options->loading);
  return [options](const Invocation& invocation) { return matrix(*options, invocation); };
}

}  // namespace eif
