// Numbers that desiderata take from whole matrices.
//
//   double helped = mean_where(matrix, [&](size_t i, size_t j) { return i != j; });
//
// Cells that could not be measured are NaN and make every mean they belong to NaN: a number from
// fewer cells than it claims would not be comparable between models.
#pragma once

#include <cmath>
#include <cstddef>

#include "eif/matrix.h"

namespace eif {

// Mean of value(row, column) over the cells that belongs(row, column) picks; NaN for none.
template <typename Belongs, typename Value>
double mean_of_cells(const Matrix& matrix, Belongs&& belongs, Value&& value) {
  double sum = 0;
  size_t count = 0;
  for (size_t row = 0; row < matrix.rows(); ++row) {
    for (size_t column = 0; column < matrix.columns(); ++column) {
      if (!belongs(row, column)) continue;
      sum += value(row, column);
      ++count;
    }
  }
  return count == 0 ? Matrix::kUnmeasured : sum / static_cast<double>(count);
}

// Mean influence over the cells that belongs(row, column) picks.
template <typename Belongs>
double mean_where(const Matrix& matrix, Belongs&& belongs) {
  return mean_of_cells(matrix, belongs, [&](size_t row, size_t column) {
    return matrix.at(row, column);
  });
}

// The next two take square matrices whose rows and columns are the same samples in the same order.

// Pearson correlation of EIF(i→j) with EIF(j→i) over i ≠ j: 1 when influence is symmetric.
inline double symmetry_correlation(const Matrix& matrix) {
  const auto off_diagonal = [](size_t row, size_t column) { return row != column; };
  const double mean = mean_where(matrix, off_diagonal);
  const auto moment = [&](auto&& other) {
    return mean_of_cells(matrix, off_diagonal, [&](size_t row, size_t column) {
      return (matrix.at(row, column) - mean) * (other(row, column) - mean);
    });
  };
  // E and Eᵀ have the same off-diagonal mean and variance.
  return moment([&](size_t row, size_t column) { return matrix.at(column, row); }) /
         moment([&](size_t row, size_t column) { return matrix.at(row, column); });
}

// ‖E − Eᵀ‖ / ‖E + Eᵀ‖ (Frobenius): 0 when influence is symmetric, 1 when each sample that helps
// another is not helped by it.
inline double asymmetry_ratio(const Matrix& matrix) {
  const auto all = [](size_t, size_t) { return true; };
  const auto mean_square = [&](double sign) {
    return mean_of_cells(matrix, all, [&](size_t row, size_t column) {
      const double term = matrix.at(row, column) + sign * matrix.at(column, row);
      return term * term;
    });
  };
  return std::sqrt(mean_square(-1) / mean_square(+1));
}

}  // namespace eif
