// How densely influence is populated, as the paper's figure 5 has it: judged by `sparsity`, and said by
// the report about the paper.
#pragma once

#include <cmath>
#include <cstddef>

#include "eif/matrix_summary.h"

namespace eif {

// A cell is occupied when its magnitude is above this share of what a sample does for itself: half
// of the smallest effect that counts for a verdict.
inline constexpr double kOccupied = 0.05;

// The share of the cells i ≠ j that are occupied; NaN where one of them was not measured.
inline double density(const Matrix& matrix, double self_influence) {
  return mean_of_cells(
      matrix, [](size_t i, size_t j) { return i != j; },
      [&](size_t i, size_t j) {
        const double magnitude = std::abs(matrix.at(i, j));
        if (std::isnan(magnitude)) return Matrix::kUnmeasured;
        return magnitude > kOccupied * self_influence ? 1.0 : 0.0;
      });
}

}  // namespace eif
