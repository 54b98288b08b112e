#include "suite/cli/matrix_top.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "reports/strongest_report.h"
#include "suite/cli/exit_code.h"
#include "suite/cli/matrix_model.h"
#include "suite/cli/matrix_samples.h"
#include "suite/cli/matrix_size.h"
#include "suite/core/strongest.h"
#include "suite/engine/strongest_cells.h"
#include "suite/formats/printable.h"

namespace eif {
namespace {

absl::Status check_count(const MatrixOptions& options, const MatrixSamples& samples) {
  if (options.top <= samples.trained.size()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "--top asks for ", options.top, " samples, and ", in_quotes(options.train_file), " has ",
      samples.trained.size(), "; ask for fewer, or leave it out for the whole matrix"));
}

// The matrix of all samples, and what is measured again, which is no larger.
absl::Status check_size(const MatrixOptions& options, const MatrixSamples& samples) {
  MatrixSize size = size_of(samples.trained, samples.evaluated);
  size.has_products = true;
  size.matrices = 2;
  size.reader = Reader::kBinary;  // few cells are written
  return check_matrix_fits(size, available_bytes(options.request.memory_bytes));
}

absl::StatusOr<StrongestReport> find_strongest(const MatrixOptions& options,
                                               const MatrixSamples& samples, MatrixModel& model) {
  absl::StatusOr<TimedMatrix> all =
      measure_by_training(model, with_engine(options.request, kTopEngine),
                          all_cells(samples.trained, samples.evaluated));
  if (!all.ok()) return all.status();
  const std::vector<std::vector<size_t>> rows = strongest_rows(all->matrix, options.top);
  const WantedCells wanted = strongest_cells(samples.trained, samples.evaluated, rows);
  const absl::StatusOr<TimedMatrix> exact = measure_by_training(model, options.request, wanted);
  if (!exact.ok()) return exact.status();
  StrongestReport report{.context = context_of(options, model, exact->seconds),
                         .first_order_engine = kTopEngine,
                         .first_order_seconds = all->seconds,
                         .found = strongest_influences(all->matrix, exact->matrix, rows)};
  report.context.texts = texts_of(wanted.trained, wanted.evaluated);
  report.first_order = std::move(all->matrix);
  return report;
}

int deliver_report(const StrongestReport& report, const StrongestFormat& format,
                   const std::string& path) {
  const std::vector<std::string> unmeasured = unmeasured_lines(report);
  // A table has these lines itself.
  if (format.reader != Reader::kPerson) {
    for (const std::string& line : unmeasured) say(line);
  }
  return deliver(format.document(report), path, unmeasured.empty() ? kSuccess : kNotMeasured,
                 content_of(format.reader));
}

}  // namespace

int print_strongest(MatrixOptions& options, const Invocation& invocation) {
  const absl::StatusOr<size_t> format =
      choose_format(options.output, format_names(strongest_formats()));
  if (!format.ok()) return fail(format.status(), kUsage);
  const absl::StatusOr<MatrixSamples> samples = read_matrix_samples(options);
  if (!samples.ok()) return fail(samples.status(), kUsage);
  for (const absl::Status& status :
       {check_count(options, *samples), check_size(options, *samples)}) {
    if (!status.ok()) return fail(status, kUsage);
  }
  return with_matrix_model(options, invocation, [&](MatrixModel& model) {
    const absl::StatusOr<StrongestReport> report = find_strongest(options, *samples, model);
    if (!report.ok()) return fail(report.status(), kNotMeasured);
    return deliver_report(*report, strongest_formats()[*format], options.output.path);
  });
}

}  // namespace eif
