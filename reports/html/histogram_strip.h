// How the cells of a matrix are distributed: bars on one axis, what training gave above what
// reading gave.
#pragma once

#include <string>

#include "reports/html/matrix_series.h"

namespace eif {

// Of the cells between different samples, as each seed has them, in units of the self scale where
// there is one. Empty where they are too few to have a distribution. `read`: nullptr where nothing
// was read.
std::string histograms_html(const MatrixSeries& series, const MatrixSeries* read);

}  // namespace eif
