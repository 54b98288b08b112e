// How far apart two matrices of the same samples are: what an approximation loses.
//
//   const eif::MatrixGap gap = eif::gap_between(linear, replay);
//   // gap.spearman near 1: the approximation ranks the pairs as the exact engine does
#pragma once

#include <cstddef>
#include <string>

#include "eif/matrix.h"

namespace eif {

// Over the cells that both have measured.
struct MatrixGap {
  size_t cells = 0;
  double spearman = Matrix::kUnmeasured;  // rank correlation; NaN where either does not vary
  // max |difference|, in the unit of the cells, and where; NaN without a cell.
  double largest = Matrix::kUnmeasured;
  std::string trained, evaluated;
  double largest_cell = Matrix::kUnmeasured;  // max |cell| of the oracle, to compare it with
};

// Cells are matched by the ids of their samples; `matrix` may have more than `oracle`.
MatrixGap gap_between(const Matrix& matrix, const Matrix& oracle);

}  // namespace eif
