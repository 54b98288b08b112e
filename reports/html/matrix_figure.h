// The matrices of a desideratum: a table of coloured numbers where there are few samples, a picture
// where there are many. Both can be read without script; with it they say what the cell is that the
// mouse is over or the keyboard has moved to, and show other seeds.
#pragma once

#include <string>
#include <vector>

#include "reports/html/matrix_series.h"

namespace eif {

// More rows or columns are shown as a picture.
inline constexpr size_t kMostTableRows = 24;

// The same request by fine-tuning and, where it was read, in context.
std::string matrix_figures_html(const MatrixSeries& series, const MatrixSeries* read);

// The same request several times, side by side; those without seeds are left out.
std::string matrix_figures_html(const std::vector<const MatrixSeries*>& all);

}  // namespace eif
