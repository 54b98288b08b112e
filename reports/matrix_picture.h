// A measured matrix as a picture, which `eif-suite matrix -o FILE.svg` writes.
#pragma once

#include <string>

#include "eif/matrix.h"
#include "reports/matrix_report.h"

namespace eif {

// A field of colours (Scalable Vector Graphics), rows trained and columns evaluated. Up to 24 samples
// have their names and texts beside it and a number in each cell, in a power of ten of the unit.
std::string matrix_svg(const MatrixContext& context, const Matrix& matrix);

}  // namespace eif
