// The effects of a run along its models, which are then a series of checkpoints.
#pragma once

#include <string>

#include "suite/core/run_result.h"

namespace eif {

// Fewer are no series.
inline constexpr size_t kFewestModelsOfSeries = 3;

// A part of the page: each desideratum that all models were asked, its primary expectations as
// lines. An expectation's intervals are right at all models at once in 95 of 100 runs, or, of more
// than 50 models, in as many as it says. Empty where there are too few models.
std::string model_series_html(const RunResult& run);

}  // namespace eif
