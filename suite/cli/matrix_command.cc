#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "reports/matrix_report.h"
#include "suite/cli/choices.h"
#include "suite/cli/exit_code.h"
#include "suite/cli/format_option.h"
#include "suite/cli/interrupt.h"
#include "suite/cli/matrix_size.h"
#include "suite/cli/model_options.h"
#include "suite/cli/numbers.h"
#include "suite/cli/path_option.h"
#include "suite/cli/progress.h"
#include "suite/engine/engines.h"
#include "suite/engine/in_context.h"
#include "suite/engine/learned_parameters.h"
#include "suite/host/auto_rate.h"
#include "suite/host/guard.h"
#include "suite/host/samples_file.h"
#include "suite/host/suite_run.h"

namespace eif {
namespace {

struct MatrixOptions {
  std::string model;
  std::string samples_file, domain;
  uint64_t seed = 0;  // of the domain
  bool in_context = false;
  FormatOptions output;
  std::string check_engine;  // empty: no check
  size_t check_samples = 0;  // 0: all
  RunRequest request;
};

absl::StatusOr<Matrix> measure(bool in_context, const RunRequest& request, Model& model,
                               const std::vector<Sample>& samples,
                               const TrainingOptions& training) {
  Progress progress(stderr_is_terminal());
  progress.rows(0, samples.size());
  const std::vector<Sample> trained =
      scored_in_whole_unless(masks_training(request.mask), samples);
  const std::vector<Sample> evaluated =
      scored_in_whole_unless(masks_evaluation(request.mask), samples);
  absl::StatusOr<Matrix> matrix = guarded(model.info().name, [&] {
    return in_context
               ? in_context_influence(model, all_cells(trained, evaluated), {}, progress)
               : make_engine(request)->influence(model, trained, evaluated, training, progress);
  });
  // A model that stops answering leaves rows with an error, which is no result.
  if (progress.stopping()) return absl::CancelledError("interrupted");
  return matrix;
}

// Picks `count` of the samples, from all over them; 0: all.
std::vector<Sample> evenly_spaced(const std::vector<Sample>& samples, size_t count) {
  if (count == 0 || count >= samples.size()) return samples;
  std::vector<Sample> chosen;
  for (size_t i = 0; i < count; ++i) chosen.push_back(samples[i * samples.size() / count]);
  return chosen;
}

RunRequest with_check_engine(const MatrixOptions& options) {
  RunRequest request = options.request;
  request.engine = options.check_engine;
  if (request.engine != options.request.engine) request.precision = "exact";
  return request;
}

// Nothing where no check is asked for.
absl::StatusOr<std::optional<MatrixCheck>> check_against_engine(const MatrixOptions& options,
                                                                Model& model,
                                                                const std::vector<Sample>& samples,
                                                                const TrainingOptions& training,
                                                                const Matrix& measured) {
  if (options.check_engine.empty()) return std::nullopt;
  const absl::Time start = absl::Now();
  const absl::StatusOr<Matrix> oracle =
      measure(/*in_context=*/false, with_check_engine(options), model,
              evenly_spaced(samples, options.check_samples), training);
  if (!oracle.ok()) return oracle.status();
  return MatrixCheck{options.check_engine, absl::ToDoubleSeconds(absl::Now() - start),
                     gap_between(measured, *oracle)};
}

absl::Status check_combination(const MatrixOptions& options) {
  if (options.model.empty() || options.samples_file.empty() == options.domain.empty()) {
    return absl::InvalidArgumentError("matrix needs --model M, and --samples FILE or --domain D");
  }
  if (options.in_context) {
    if (options.check_engine.empty()) return absl::OkStatus();
    return absl::InvalidArgumentError(
        "--check-against compares engines of fine-tuning, and --in-context has none");
  }
  if (options.check_engine.empty()) return absl::OkStatus();
  return choose_engine(options.check_engine, options.request.training).status();
}

absl::StatusOr<ChosenRate> choose_learning_rate(const MatrixOptions& options, Model& model,
                                                const TrainingOptions& training) {
  if (options.in_context) return ChosenRate{Matrix::kUnmeasured, {}};
  if (!options.request.finds_learning_rate()) return ChosenRate{training.learning_rate, {}};
  DigitSource digits(options.request.data_folder);
  Progress progress(stderr_is_terminal());
  return auto_learning_rate(model, *make_sweep_engine(options.request), training, digits, progress);
}

absl::Status check_size(const MatrixOptions& options, const std::vector<Sample>& samples,
                        Reader reader) {
  MatrixSize size = size_of(samples);
  size.has_products = !options.in_context && options.request.engine == "linear";
  size.matrices = options.check_engine.empty() ? 1 : 2;
  size.reader = reader;
  return check_matrix_fits(size, available_bytes(options.request.memory_bytes));
}

std::vector<std::pair<std::string, std::vector<std::string>>> texts_of(
    const std::vector<Sample>& samples) {
  std::vector<std::pair<std::string, std::vector<std::string>>> texts;
  for (const Sample& sample : samples) {
    auto& [id, statements] = texts.emplace_back(sample.id, std::vector<std::string>());
    for (const Statement& statement : sample.statements) {
      statements.push_back(text_of(statement).value_or(""));
    }
  }
  return texts;
}

std::optional<TrainingOptions> training_of(const MatrixOptions& options) {
  if (options.in_context) return std::nullopt;
  return options.request.training;
}

int print_matrix(MatrixOptions& options, const Invocation& invocation) {
  if (absl::Status status = resolve(options.request); !status.ok()) return fail(status, kUsage);
  if (absl::Status status = check_combination(options); !status.ok()) return fail(status, kUsage);
  const absl::StatusOr<size_t> format =
      choose_format(options.output, format_names(matrix_formats()));
  if (!format.ok()) return fail(format.status(), kUsage);
  TrainingOptions training = options.request.training;
  const absl::StatusOr<std::vector<Sample>> samples =
      options.domain.empty() ? read_samples_file(options.samples_file)
                             : domain_samples(options.domain, options.seed);
  if (!samples.ok()) return fail(samples.status(), kUsage);
  if (absl::Status status = check_size(options, *samples, matrix_formats()[*format].reader);
      !status.ok()) {
    return fail(status, kUsage);
  }
  const PluginSet plugins = load_plugins_with_warnings(invocation, plugin_options(options.request));
  const absl::StatusOr<ModelChoice> choice = choose_model(options.model, options.request, plugins);
  if (!choice.ok()) return fail(choice.status(), kUsage);
  if (absl::Status status = resolve_precision({{options.model, choice->backend->modality()}},
                                              options.request);
      !status.ok()) {
    return fail(status, kUsage);
  }
  apply_compute_options(options.request);
  watch_interrupts();

  const absl::Time loading = absl::Now();
  const absl::StatusOr<std::unique_ptr<Model>> model =
      load_model(*choice->backend, choice->request);
  if (!model.ok()) return fail(model.status(), kUnavailable);
  const double load_seconds = absl::ToDoubleSeconds(absl::Now() - loading);
  const ModelInfo& info = (*model)->info();
  if (absl::Status status = check_reads_text(info); !status.ok()) return fail(status, kUsage);
  if (absl::Status status = check_fits(training, **model); !status.ok()) {
    return fail(status, kUsage);
  }
  const absl::StatusOr<ChosenRate> chosen = choose_learning_rate(options, **model, training);
  if (!chosen.ok()) return fail(chosen.status(), kNotMeasured);
  training.learning_rate = chosen->learning_rate;
  const absl::Time measuring = absl::Now();
  const absl::StatusOr<Matrix> measured =
      measure(options.in_context, options.request, **model, *samples, training);
  if (!measured.ok()) return fail(measured.status(), kNotMeasured);
  const absl::Time end = absl::Now();
  const absl::StatusOr<std::optional<MatrixCheck>> checked =
      check_against_engine(options, **model, *samples, training, *measured);
  if (!checked.ok()) return fail(checked.status(), kNotMeasured);

  const MatrixContext context{.model = info.name,
                              .fingerprint = info.fingerprint,
                              .learning_rate = chosen->learning_rate,
                              .learning_rate_reason = chosen->reason,
                              .engine = options.in_context ? "in-context" : options.request.engine,
                              .unit = unit_of(info.modality),
                              .load_seconds = load_seconds,
                              .measure_seconds = absl::ToDoubleSeconds(end - measuring),
                              .deterministic = options.request.deterministic,
                              .check = *checked,
                              .training = training_of(options),
                              .dtype = options.request.dtype,
                              .precision = options.request.precision,
                              .device = choice->request.device.str(),
                              .mask = mask_name(options.request.mask),
                              .texts = texts_of(*samples),
                              .facts = info.facts,
                              .page_width = page_width(options.output)};
  if (checked->has_value()) say(check_line(context));
  // A table has these lines itself.
  const std::vector<std::string> unmeasured = unmeasured_lines(*measured);
  const MatrixFormat& chosen_format = matrix_formats()[*format];
  if (chosen_format.reader != Reader::kPerson) {
    for (const std::string& line : unmeasured) say(line);
  }
  return deliver(chosen_format.document(context, *measured), options.output.path,
                 unmeasured.empty() ? kSuccess : kNotMeasured, content_of(chosen_format.reader));
}

}  // namespace

Command add_matrix_command(CLI::App& app) {
  CLI::App* command = app.add_subcommand(
      "matrix", "The influence of samples on each other, your own or a domain's");
  command->footer(
      "The samples file is TOML; text is one statement, or a list of them, and may have line "
      "breaks. Of prompt and completion, only the completion is trained on and scored:\n"
      "  [[sample]]\n"
      "  id = \"fact\"\n"
      "  text = \"a klarbu is a pimjon\"\n\n"
      "  [[sample]]\n"
      "  id = \"lives\"\n"
      "  prompt = \"Corvan lives in\"\n"
      "  completion = \" Paris.\"\n\n"
      "A file that ends with .jsonl has the same keys, one sample a line as a JSON object; there id "
      "may be left out.\n\n"
      "Examples:\n"
      "  eif-suite matrix --model smollm2 --samples mine.toml\n"
      "  eif-suite matrix --model smollm2 --domain transitivity --seed 3\n"
      "  eif-suite matrix --model smollm2 --samples mine.toml --in-context -o ici.json\n"
      "  eif-suite matrix --model smollm2 --samples many.toml --engine linear \\\n"
      "      --check-against replay --check-samples 40 -o many.npy");
  auto options = std::make_shared<MatrixOptions>();
  may_name_path(
      command->add_option("--model", options->model, "Alias, or a folder with a checkpoint"))
      ->type_name("M");
  CLI::Option* samples = names_path(
      command->add_option("--samples", options->samples_file, "What to train on and to evaluate"),
      "FILE");
  CLI::Option* domain =
      command
          ->add_option("--domain", options->domain,
                       "The samples of this domain instead (eif-suite list domains)")
          ->type_name("D")
          ->excludes(samples);
  command->add_option("--seed", options->seed, "Whose names the domain has")
      ->check(whole_number())
      ->needs(domain)
      ->capture_default_str();
  command->add_flag("--in-context", options->in_context,
                    "Read each sample in front of the others instead of training on it");
  add_format_options(*command, options->output, format_names(matrix_formats()));
  command
      ->add_option("--check-against", options->check_engine,
                   "Measure with this engine, too, and say how far the matrix is from it")
      ->check(one_of(engine_names()))
      ->type_name("ENGINE");
  command
      ->add_option("--check-samples", options->check_samples,
                   "How many of the samples to check, spread evenly; 0: all")
      ->check(whole_number())
      ->capture_default_str();
  add_mask_option(*command, options->request);
  add_fine_tuning_options(*command, options->request);
  add_model_options(*command, options->request);
  return [options](const Invocation& invocation) { return print_matrix(*options, invocation); };
}

}  // namespace eif
