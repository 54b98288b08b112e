// The effects of a desideratum on one axis: a line for each expectation, with what training gave
// above what reading in context gave; each with its interval, its mean, and a dot for each seed.
// The band in which an effect does not count lies about 0.
//
// It is HTML with a strip of SVG in each line, so that names wrap and strips stretch on any screen.
#pragma once

#include <string>

#include "suite/core/run_result.h"

namespace eif {

// `read`: the same in context; nullptr where nothing was read.
std::string forest_plot_html(const DesideratumResult& result, const DesideratumResult* read);

// Where a value stands on the axis, linear about 0 and logarithmic further out, as effects of ten
// and of a tenth have to stand on one.
double forest_place(double value);

}  // namespace eif
