// The effects of a comparison along its runs, where there are more than two.
#pragma once

#include <string>

#include "suite/core/gate.h"

namespace eif {

// A part of the page: of each desideratum a line for each primary expectation through its mean in
// each run, and what came of it. The p of all that were compared are adjusted together, or within a
// desideratum where there is no gate, as the table above it says. Empty where there are two runs.
std::string trends_html(const GatedComparison& gated);

}  // namespace eif
