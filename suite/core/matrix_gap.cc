#include "suite/core/matrix_gap.h"

#include <cmath>
#include <optional>
#include <unordered_map>
#include <vector>

#include "suite/core/statistics.h"

namespace eif {
namespace {

// Where each of `ids` stands in `among`, if it does.
std::vector<std::optional<size_t>> places(const std::vector<std::string>& ids,
                                          const std::vector<std::string>& among) {
  std::unordered_map<std::string, size_t> index;
  for (size_t i = 0; i < among.size(); ++i) index.emplace(among[i], i);
  std::vector<std::optional<size_t>> result;
  for (const std::string& id : ids) {
    const auto found = index.find(id);
    result.push_back(found == index.end() ? std::nullopt : std::optional(found->second));
  }
  return result;
}

}  // namespace

MatrixGap gap_between(const Matrix& matrix, const Matrix& oracle) {
  const std::vector<std::optional<size_t>> rows =
      places(oracle.trained_ids(), matrix.trained_ids());
  const std::vector<std::optional<size_t>> columns =
      places(oracle.evaluated_ids(), matrix.evaluated_ids());
  MatrixGap gap;
  std::vector<double> found, expected;
  for (size_t row = 0; row < oracle.rows(); ++row) {
    for (size_t column = 0; column < oracle.columns(); ++column) {
      if (!rows[row].has_value() || !columns[column].has_value()) continue;
      const double cell = matrix.at(*rows[row], *columns[column]);
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
