#include "suite/core/matrix_gap.h"

#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "suite/core/cells_by_id.h"
#include "suite/core/statistics.h"

namespace eif {
MatrixGap gap_between(const Matrix& matrix, const Matrix& oracle) {
  const CellsById cells(matrix);
  std::vector<std::optional<size_t>> columns;
  for (const std::string& id : oracle.evaluated_ids()) columns.push_back(cells.column(id));
  MatrixGap gap;
  std::vector<double> found, expected;
  for (size_t row = 0; row < oracle.rows(); ++row) {
    const std::optional<size_t> same = cells.row(oracle.trained_ids()[row]);
    if (!same.has_value()) continue;
    for (size_t column = 0; column < oracle.columns(); ++column) {
      if (!columns[column].has_value()) continue;
      const double cell = matrix.at(*same, *columns[column]);
      const double truth = oracle.at(row, column);
      if (!std::isfinite(cell) || !std::isfinite(truth)) continue;
      found.push_back(cell);
      expected.push_back(truth);
      gap.largest_cell = std::fmax(gap.largest_cell, std::abs(truth));
      if (const double difference = std::abs(cell - truth); !(difference <= gap.largest)) {
        gap.largest = difference;
        gap.trained = oracle.trained_ids()[row];
        gap.evaluated = oracle.evaluated_ids()[column];
      }
    }
  }
  gap.cells = found.size();
  gap.spearman = spearman(found, expected);
  return gap;
}

}  // namespace eif
