// The empirical influence of every trained sample on every evaluated one.
//
//   EIF(i→j) = L_base(j) − L_i(j)      (Eq. 4 of the paper)
//
// L_i is the loss after fine-tuning on sample i from the base weights: a positive cell says that
// training on i helped j. Cells are in the unit of the loss, nats (images) or nats per token (text).
#pragma once

#include <algorithm>
#include <cstddef>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace eif {

// Rows are trained samples (i), columns evaluated samples (j); there may be columns without a row.
// A cell that could not be measured is NaN, and its row or column says why. One that nobody asked
// for is NaN, too, and they say nothing.
class Matrix {
 public:
  static constexpr double kUnmeasured = std::numeric_limits<double>::quiet_NaN();

  Matrix() = default;
  // All cells and base losses start as NaN.
  Matrix(std::vector<std::string> trained_ids, std::vector<std::string> evaluated_ids)
      : trained_ids_(std::move(trained_ids)),
        evaluated_ids_(std::move(evaluated_ids)),
        values_(rows() * columns(), kUnmeasured),
        base_(columns(), kUnmeasured),
        row_errors_(rows()),
        column_errors_(columns()) {}

  size_t rows() const { return trained_ids_.size(); }
  size_t columns() const { return evaluated_ids_.size(); }
  const std::vector<std::string>& trained_ids() const { return trained_ids_; }
  const std::vector<std::string>& evaluated_ids() const { return evaluated_ids_; }

  double& at(size_t row, size_t column) { return values_[row * columns() + column]; }
  double at(size_t row, size_t column) const { return values_[row * columns() + column]; }
  // The same by sample id. Unknown ids give NaN, so that a misspelt one is reported as a cell that
  // could not be measured rather than as a number.
  double at(const std::string& trained, const std::string& evaluated) const {
    const auto row = std::find(trained_ids_.begin(), trained_ids_.end(), trained);
    const auto column = std::find(evaluated_ids_.begin(), evaluated_ids_.end(), evaluated);
    if (row == trained_ids_.end() || column == evaluated_ids_.end()) return kUnmeasured;
    return at(static_cast<size_t>(row - trained_ids_.begin()),
              static_cast<size_t>(column - evaluated_ids_.begin()));
  }

  // Loss of each evaluated sample at the base weights, in the unit of the cells.
  std::vector<double>& base() { return base_; }
  const std::vector<double>& base() const { return base_; }
  // Row-major cells.
  const std::vector<double>& values() const { return values_; }

  // Why a whole row or column could not be measured; empty where it could.
  std::vector<std::string>& row_errors() { return row_errors_; }
  const std::vector<std::string>& row_errors() const { return row_errors_; }
  std::vector<std::string>& column_errors() { return column_errors_; }
  const std::vector<std::string>& column_errors() const { return column_errors_; }

 private:
  std::vector<std::string> trained_ids_;
  std::vector<std::string> evaluated_ids_;
  std::vector<double> values_;
  std::vector<double> base_;
  std::vector<std::string> row_errors_;
  std::vector<std::string> column_errors_;
};

}  // namespace eif
