// What the influences of a matrix are made of (suite/core/explanation.h): which layers carry them,
// and which tokens of a sample they are on. Both can be read without script; with it they are also
// told of the cell that was chosen.
#pragma once

#include <string>

#include "reports/html/matrix_series.h"

namespace eif {

// Columns whose tokens are shown without a choice.
inline constexpr size_t kMostTokenColumns = 24;

// Of each layer a bar for what samples do for themselves and one for what they do for others, which
// add up to the first order of the influence; of each column its tokens, coloured by what training
// on one row did to their loss: on the same sample, or else on the one that moved it most. Empty
// where nothing was explained.
std::string explanation_html(const MatrixSeries& series);

}  // namespace eif
