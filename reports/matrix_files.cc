#include "reports/matrix_files.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "reports/csv.h"
#include "suite/formats/atomic_file.h"
#include "suite/formats/npy.h"

namespace eif {

std::string matrix_csv(const Matrix& matrix) {
  std::string csv = "trained";
  for (const std::string& id : matrix.evaluated_ids()) absl::StrAppend(&csv, ",", csv_field(id));
  csv += "\nbase_loss";
  for (const double loss : matrix.base()) append_csv_number(csv, loss);
  csv += '\n';
  for (size_t row = 0; row < matrix.rows(); ++row) {
    csv += csv_field(matrix.trained_ids()[row]);
    for (size_t column = 0; column < matrix.columns(); ++column) {
      append_csv_number(csv, matrix.at(row, column));
    }
    csv += '\n';
  }
  return csv;
}

absl::Status write_matrix_files(const std::filesystem::path& stem, const Matrix& matrix) {
  const absl::Status status = write_file_atomically(
      stem.string() + ".npy", npy_bytes(matrix.rows(), matrix.columns(), matrix.values()));
  if (!status.ok()) return status;
  return write_file_atomically(stem.string() + ".csv", matrix_csv(matrix));
}

}  // namespace eif
