#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "reports/matrix_report.h"
#include "suite/cli/commands.h"
#include "suite/cli/exit_code.h"
#include "suite/cli/matrix_model.h"
#include "suite/cli/matrix_options.h"
#include "suite/cli/matrix_samples.h"
#include "suite/cli/matrix_size.h"
#include "suite/cli/matrix_top.h"
#include "suite/cli/model_options.h"
#include "suite/engine/explain.h"

namespace eif {
namespace {

absl::StatusOr<TimedMatrix> measure(const MatrixOptions& options, const MatrixSamples& samples,
                                    MatrixModel& model) {
  const WantedCells wanted = all_cells(samples.trained, samples.evaluated);
  return options.in_context ? measure_in_context(model, options.request, wanted)
                            : measure_by_training(model, options.request, wanted);
}

// Nothing where no check is asked for.
absl::StatusOr<std::optional<MatrixCheck>> check_against_engine(const MatrixOptions& options,
                                                                const MatrixSamples& samples,
                                                                MatrixModel& model,
                                                                const Matrix& measured) {
  if (options.check_engine.empty()) return std::nullopt;
  const MatrixSamples checked = checked_samples(options, samples);
  const absl::StatusOr<TimedMatrix> oracle =
      measure_by_training(model, with_engine(options.request, options.check_engine),
                          all_cells(checked.trained, checked.evaluated));
  if (!oracle.ok()) return oracle.status();
  return MatrixCheck{options.check_engine, oracle->seconds, gap_between(measured, oracle->matrix)};
}

absl::Status check_size(const MatrixOptions& options, const MatrixSamples& samples, Reader reader) {
  MatrixSize size = size_of(samples.trained, samples.evaluated);
  size.has_products = !options.in_context && options.request.engine == "linear";
  size.matrices = options.check_engine.empty() ? 1 : 2;
  size.reader = reader;
  return check_matrix_fits(size, available_bytes(options.request.memory_bytes));
}

// As soon as one knows into how many parts the model divides an influence.
absl::Status check_explanation_fits(const MatrixOptions& options, const MatrixSamples& samples,
                                    Model& model) {
  if (!options.explain) return absl::OkStatus();
  MatrixSize size = size_of(samples.trained, samples.evaluated);
  size.has_products = true;
  // Of each part, and as much again for what is written of layers and kinds.
  size.matrices = 1 + 2 * parts_of(model);
  size.parts = parts_of(model);
  size.reader = Reader::kProgram;
  return check_matrix_fits(size, available_bytes(options.request.memory_bytes));
}

int deliver_matrix(const MatrixContext& context, const Matrix& matrix, const MatrixFormat& format,
                   const std::string& path) {
  if (context.check.has_value()) say(check_line(context));
  const std::vector<std::string> unmeasured = unmeasured_lines(matrix);
  // A table has these lines itself.
  if (format.reader != Reader::kPerson) {
    for (const std::string& line : unmeasured) say(line);
  }
  return deliver(format.document(context, matrix), path,
                 unmeasured.empty() ? kSuccess : kNotMeasured, content_of(format.reader));
}

int print_matrix(MatrixOptions& options, const Invocation& invocation) {
  const absl::StatusOr<size_t> chosen =
      choose_format(options.output, format_names(matrix_formats()));
  if (!chosen.ok()) return fail(chosen.status(), kUsage);
  const MatrixFormat& format = matrix_formats()[*chosen];
  if (options.explain && format.name != std::string("json")) {
    return fail(absl::InvalidArgumentError(
                    absl::StrCat("--explain is written as JSON, and the format is ", format.name,
                                 "; use --format json, or -o FILE.json")),
                kUsage);
  }
  const absl::StatusOr<MatrixSamples> samples = read_matrix_samples(options);
  if (!samples.ok()) return fail(samples.status(), kUsage);
  if (absl::Status status = check_size(options, *samples, format.reader); !status.ok()) {
    return fail(status, kUsage);
  }
  return with_matrix_model(options, invocation, [&](MatrixModel& model) {
    if (absl::Status status = check_explanation_fits(options, *samples, *model.model);
        !status.ok()) {
      return fail(status, kUsage);
    }
    const absl::StatusOr<TimedMatrix> measured = measure(options, *samples, model);
    if (!measured.ok()) return fail(measured.status(), kNotMeasured);
    const absl::StatusOr<std::optional<MatrixCheck>> checked =
        check_against_engine(options, *samples, model, measured->matrix);
    if (!checked.ok()) return fail(checked.status(), kNotMeasured);
    MatrixContext context = context_of(options, model, measured->seconds);
    context.check = *checked;
    context.texts = texts_of(samples->trained, samples->evaluated);
    if (options.explain) {
      absl::StatusOr<Explanation> explanation =
          explain_matrix(model, options.request, all_cells(samples->trained, samples->evaluated));
      if (!explanation.ok()) return fail(explanation.status(), kNotMeasured);
      context.explanation = *std::move(explanation);
    }
    return deliver_matrix(context, measured->matrix, format, options.output.path);
  });
}

int run_matrix(MatrixOptions& options, const Invocation& invocation) {
  if (absl::Status status = resolve(options.request); !status.ok()) return fail(status, kUsage);
  if (absl::Status status = check_combination(options); !status.ok()) return fail(status, kUsage);
  return options.top > 0 ? print_strongest(options, invocation) : print_matrix(options, invocation);
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
      "A file that ends with .jsonl has the same keys, one sample a line as a JSON object; there "
      "id may be left out.\n\n"
      "Examples:\n"
      "  eif-suite matrix --model smollm2 --samples mine.toml\n"
      "  eif-suite matrix --model smollm2 --domain transitivity --seed 3\n"
      "  eif-suite matrix --model smollm2 --samples mine.toml --in-context -o ici.json\n"
      "  eif-suite matrix --model smollm2 --samples many.toml --engine linear \\\n"
      "      --check-against replay --check-samples 40 -o many.npy\n"
      "  eif-suite matrix --model smollm2 --train many.jsonl --query few.jsonl --top 10");
  auto options = std::make_shared<MatrixOptions>();
  add_matrix_options(*command, *options);
  return [options](const Invocation& invocation) { return run_matrix(*options, invocation); };
}

}  // namespace eif
