// Two runs, or a series of which the first and the last are shown, on one page: what changed, and the
// matrices of both side by side with their difference.
#pragma once

#include <string>

#include "reports/run_source.h"
#include "suite/core/gate.h"

namespace eif {

// The page is as html_report()'s: one file without a network. Matrices that one of the runs does not
// have, or cannot be read, are named.
std::string comparison_page(const GatedComparison& gated, const RunSource& baseline,
                            const RunSource& run);

}  // namespace eif
