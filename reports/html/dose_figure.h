// The effects of a desideratum against how much was learned, where a run has several doses.
#pragma once

#include <string>

#include "suite/core/run_result.h"

namespace eif {

// Its primary expectations, a line each. `result`: at any dose. Empty where there is one dose, or
// where it is not the first of them: the figure stands once, above them all.
std::string dose_figure_html(const RunResult& run, const DesideratumResult& result);

}  // namespace eif
