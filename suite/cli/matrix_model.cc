#include "suite/cli/matrix_model.h"

#include <utility>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "domains/neutral.h"
#include "suite/cli/exit_code.h"
#include "suite/cli/interrupt.h"
#include "suite/cli/model_options.h"
#include "suite/cli/progress.h"
#include "suite/engine/explain.h"
#include "suite/engine/in_context.h"
#include "suite/engine/learned_parameters.h"
#include "suite/host/guard.h"
#include "suite/host/suite_run.h"
#include "suite/host/token_pieces.h"

namespace eif {
namespace {

absl::StatusOr<ChosenRate> choose_learning_rate(const MatrixOptions& options, Model& model) {
  if (options.in_context) return ChosenRate{Matrix::kUnmeasured, {}};
  const TrainingOptions& training = options.request.training;
  if (!options.request.finds_learning_rate()) return ChosenRate{training.learning_rate, {}};
  DigitSource digits(options.request.data_folder);
  Progress progress(stderr_is_terminal());
  return auto_learning_rate(model, *make_sweep_engine(options.request), training, digits, progress);
}

// What `measure` returns of so many rows, unless the user interrupts it.
template <typename Measure>
auto watched(MatrixModel& model, size_t rows, Measure measure)
    -> decltype(measure(std::declval<Monitor&>())) {
  Progress progress(stderr_is_terminal());
  progress.rows(0, rows);
  auto result = guarded(model.model->info().name, [&] { return measure(progress); });
  // A model that stops answering leaves rows with an error, which is no result.
  if (progress.stopping()) return absl::CancelledError("interrupted");
  return result;
}

template <typename Measure>
absl::StatusOr<TimedMatrix> timed(MatrixModel& model, const WantedCells& wanted, Measure measure) {
  const absl::Time start = absl::Now();
  absl::StatusOr<Matrix> matrix = watched(model, wanted.rows(), measure);
  if (!matrix.ok()) return matrix.status();
  return TimedMatrix{*std::move(matrix), absl::ToDoubleSeconds(absl::Now() - start)};
}

}  // namespace

int with_matrix_model(MatrixOptions& options, const Invocation& invocation,
                      const std::function<int(MatrixModel&)>& use) {
  const PluginSet plugins = load_plugins_with_warnings(invocation, plugin_options(options.request));
  const absl::StatusOr<ModelChoice> choice = choose_model(options.model, options.request, plugins);
  if (!choice.ok()) return fail(choice.status(), kUsage);
  if (absl::Status status =
          resolve_precision({{options.model, choice->backend->modality()}}, options.request);
      !status.ok()) {
    return fail(status, kUsage);
  }
  apply_compute_options(options.request);
  watch_interrupts();

  const absl::Time loading = absl::Now();
  absl::StatusOr<std::unique_ptr<Model>> loaded = load_model(*choice->backend, choice->request);
  if (!loaded.ok()) return fail(loaded.status(), kUnavailable);
  MatrixModel model;
  model.load_seconds = absl::ToDoubleSeconds(absl::Now() - loading);
  model.model = *std::move(loaded);
  model.device = choice->request.device.str();
  model.training = options.request.training;
  if (absl::Status status = check_reads_text(model.model->info()); !status.ok()) {
    return fail(status, kUsage);
  }
  if (absl::Status status = check_fits(model.training, *model.model); !status.ok()) {
    return fail(status, kUsage);
  }
  if (options.explain) {
    absl::StatusOr<std::unique_ptr<TextTokenizer>> tokenizer =
        guarded(options.model, [&] { return choice->backend->load_tokenizer(choice->request); });
    if (!tokenizer.ok()) return fail(tokenizer.status(), kUnavailable);
    model.tokenizer = *std::move(tokenizer);
  }
  absl::StatusOr<ChosenRate> chosen = choose_learning_rate(options, *model.model);
  if (!chosen.ok()) return fail(chosen.status(), kNotMeasured);
  model.rate = *std::move(chosen);
  model.training.learning_rate = model.rate.learning_rate;
  return use(model);
}

absl::StatusOr<TimedMatrix> measure_by_training(MatrixModel& model, const RunRequest& request,
                                                const WantedCells& wanted) {
  return timed(model, wanted, [&](Monitor& monitor) {
    return make_engine(request)->measure(*model.model, wanted, model.training, monitor);
  });
}

absl::StatusOr<TimedMatrix> measure_in_context(MatrixModel& model, const RunRequest& request,
                                               const WantedCells& wanted) {
  ContextBase base;
  if (request.has_neutral_base()) base.neutral_sentences = neutral_sentences();
  return timed(model, wanted, [&](Monitor& monitor) {
    return in_context_influence(*model.model, wanted, base, monitor);
  });
}

absl::StatusOr<Explanation> explain_matrix(MatrixModel& model, const RunRequest& request,
                                           const WantedCells& wanted) {
  // Its two measurements count each row.
  return watched(model, 2 * wanted.rows(), [&](Monitor& monitor) -> absl::StatusOr<Explanation> {
    absl::StatusOr<Explanation> explanation =
        explain(*model.model, wanted, model.training, engine_limits(request), monitor);
    if (!explanation.ok()) return explanation;
    const absl::Status spelled = spell_tokens(*model.tokenizer, wanted.evaluated, *explanation);
    if (!spelled.ok()) return spelled;
    return explanation;
  });
}

RunRequest with_engine(RunRequest request, const std::string& engine) {
  if (engine != request.engine) request.precision = "exact";
  request.engine = engine;
  return request;
}

MatrixContext context_of(const MatrixOptions& options, const MatrixModel& model,
                         double measure_seconds) {
  const ModelInfo& info = model.model->info();
  MatrixContext context{.model = info.name,
                        .fingerprint = info.fingerprint,
                        .learning_rate = model.rate.learning_rate,
                        .learning_rate_reason = model.rate.reason,
                        .engine = options.in_context ? "in-context" : options.request.engine,
                        .unit = unit_of(info.modality),
                        .load_seconds = model.load_seconds,
                        .measure_seconds = measure_seconds,
                        .deterministic = options.request.deterministic,
                        .dtype = options.request.dtype,
                        .precision = options.request.precision,
                        .device = model.device,
                        .mask = mask_name(options.request.mask),
                        .facts = info.facts,
                        .page_width = page_width(options.output)};
  if (options.in_context) {
    context.context_base = options.request.context_base;
  } else {
    context.training = options.request.training;
  }
  return context;
}

}  // namespace eif
