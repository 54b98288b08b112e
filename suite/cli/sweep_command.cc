#include <memory>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "domains/domain.h"
#include "reports/sweep_report.h"
#include "suite/cli/commands.h"
#include "suite/cli/exit_code.h"
#include "suite/cli/format_option.h"
#include "suite/cli/interrupt.h"
#include "suite/cli/matrix_size.h"
#include "suite/cli/model_options.h"
#include "suite/cli/numbers.h"
#include "suite/cli/path_option.h"
#include "suite/cli/progress.h"
#include "suite/engine/engines.h"
#include "suite/engine/learned_parameters.h"
#include "suite/host/auto_rate.h"
#include "suite/host/compute.h"
#include "suite/host/guard.h"
#include "suite/host/rate_sweep.h"
#include "suite/host/samples_file.h"
#include "suite/host/suite_run.h"

namespace eif {
namespace {

struct SweepOptions {
  std::string model;
  std::string domain;
  std::string samples_file;
  std::optional<double> from, to;
  FormatOptions output;
  RunRequest request;
};

absl::StatusOr<std::vector<double>> swept_rates(const SweepOptions& options, Optimizer optimizer) {
  const RateRange usual = usual_rates(optimizer);
  const double from = options.from.value_or(usual.from), to = options.to.value_or(usual.to);
  if (from <= to) return rates_between(from, to);
  return absl::InvalidArgumentError(absl::StrCat("--from ", from, " is above --to ", to));
}

absl::StatusOr<std::vector<Sample>> chosen_samples(const SweepOptions& options, Modality modality,
                                                   DigitSource& digits) {
  if (!options.domain.empty()) return domain_samples(options.domain, kCalibrationSeed);
  if (options.samples_file.empty()) return calibration_samples(modality, digits);
  return read_samples_file(options.samples_file);
}

bool has_first_order(const TrainingOptions& training) {
  return choose_engine("linear", training).ok();
}

absl::StatusOr<RateSweep> measure(const SweepOptions& options, Model& model,
                                  const std::vector<Sample>& samples,
                                  const TrainingOptions& training,
                                  const std::vector<double>& rates) {
  const CompareLinear compare_linear =
      has_first_order(training) ? CompareLinear::kYes : CompareLinear::kNo;
  Progress progress(stderr_is_terminal());
  progress.rows(0, samples.size() * rates.size());
  return guarded(model.info().name, [&] {
    return sweep_learning_rates(model, *make_sweep_engine(options.request), samples, training,
                                rates, progress, compare_linear);
  });
}

// The matrices of all rates are compared with each other, and with those of the first order.
absl::Status check_size(const SweepOptions& options, const std::vector<Sample>& samples,
                        size_t rates) {
  MatrixSize size = size_of(samples, samples);
  size.has_products = has_first_order(options.request.training);
  size.matrices = size.has_products ? 2 * rates : rates;
  size.reader = Reader::kBinary;  // none of the cells is written
  return check_matrix_fits(size, available_bytes(options.request.memory_bytes));
}

// Why the command ends with kNotMeasured, where its document is for programs.
void say_why(const SweepReport& report) {
  for (const auto& [id, error] : report.errors) {
    say(absl::StrCat("not measured: ", id, ": ", error));
  }
  if (report.plateau.verdict != SweepVerdict::kPlateau) say(report.plateau.reason);
}

int print_sweep(SweepOptions& options, const Invocation& invocation) {
  if (options.model.empty()) {
    return fail(absl::InvalidArgumentError("sweep needs --model M"), kUsage);
  }
  const absl::StatusOr<size_t> format =
      choose_format(options.output, format_names(sweep_formats()));
  if (!format.ok()) return fail(format.status(), kUsage);
  if (absl::Status status = resolve(options.request); !status.ok()) return fail(status, kUsage);
  const TrainingOptions& training = options.request.training;
  const absl::StatusOr<std::vector<double>> rates = swept_rates(options, training.optimizer);
  if (!rates.ok()) return fail(rates.status(), kUsage);
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

  const absl::StatusOr<std::unique_ptr<Model>> model =
      load_model(*choice->backend, choice->request);
  if (!model.ok()) return fail(model.status(), kUnavailable);
  const ModelInfo& info = (*model)->info();
  if (!options.domain.empty() || !options.samples_file.empty()) {
    if (absl::Status status = check_reads_text(info); !status.ok()) return fail(status, kUsage);
  }
  if (absl::Status status = check_fits(training, **model); !status.ok()) {
    return fail(status, kUsage);
  }
  DigitSource digits(options.request.data_folder);
  const absl::StatusOr<std::vector<Sample>> samples =
      chosen_samples(options, info.modality, digits);
  const bool are_the_users = !options.domain.empty() || !options.samples_file.empty();
  if (!samples.ok()) return fail(samples.status(), are_the_users ? kUsage : kUnavailable);
  if (absl::Status status = check_size(options, *samples, rates->size()); !status.ok()) {
    return fail(status, kUsage);
  }
  absl::StatusOr<RateSweep> swept = measure(options, **model, *samples, training, *rates);
  if (!swept.ok()) return fail(swept.status(), kNotMeasured);

  const SweepReport report{.model = info.name,
                           .fingerprint = info.fingerprint,
                           .dtype = options.request.dtype,
                           .precision = options.request.precision,
                           .device = choice->request.device.str(),
                           .training = training,
                           .unit = unit_of(info.modality),
                           .samples = samples->size(),
                           .noise = swept->noise,
                           .rates = std::move(swept->rates),
                           .plateau = std::move(swept->plateau),
                           .linear = std::move(swept->linear),
                           .errors = std::move(swept->errors),
                           .facts = info.facts,
                           .page_width = page_width(options.output)};
  const bool is_found = report.plateau.verdict == SweepVerdict::kPlateau;
  const SweepFormat& chosen = sweep_formats()[*format];
  if (chosen.reader != Reader::kPerson) say_why(report);
  return deliver(chosen.document(report), options.output.path,
                 is_found && report.errors.empty() ? kSuccess : kNotMeasured,
                 content_of(chosen.reader));
}

}  // namespace

Command add_sweep_command(CLI::App& app) {
  CLI::App* command =
      app.add_subcommand("sweep", "Influence at many learning rates, and which one to use");
  command->footer(
      "A learning rate is good where influence is well above the rounding noise of the losses and "
      "proportional to the rate: the plateau. What --lr auto uses is the middle of it, found with "
      "the samples and rates that are swept over when no others are given.\n\n"
      "Examples:\n"
      "  eif-suite sweep --model smollm2\n"
      "  eif-suite sweep --model smollm2 --domain belongs_to --from 1e-8 --to 1e-2\n"
      "  eif-suite sweep --model smollm2 --samples mine.toml -o sweep.json");
  auto options = std::make_shared<SweepOptions>();
  may_name_path(
      command->add_option("--model", options->model, "Alias, or a folder with a checkpoint"))
      ->type_name("M");
  CLI::Option* domain =
      command->add_option("--domain", options->domain,
                          "Samples of this domain: one of " + absl::StrJoin(domain_names(), ", "));
  names_path(command->add_option("--samples", options->samples_file,
                                 "Your own samples (eif-suite matrix --help)"),
             "FILE")
      ->excludes(domain);
  command
      ->add_option("--from", options->from,
                   "Lowest learning rate, 1e-6 (adamw: 1e-8); two follow per decade")
      ->check(positive());
  command->add_option("--to", options->to, "Highest learning rate, 1e-1 (adamw: 1e-3)")
      ->check(positive());
  add_format_options(*command, options->output, format_names(sweep_formats()));
  add_optimizer_options(*command, options->request);
  add_model_options(*command, options->request);
  return [options](const Invocation& invocation) { return print_sweep(*options, invocation); };
}

}  // namespace eif
