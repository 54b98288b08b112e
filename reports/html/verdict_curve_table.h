// A table of what a desideratum, and each of its primary expectations, comes to by the smallest
// effect that counts.
#pragma once

#include <string>

#include "suite/core/run_result.h"

namespace eif {

// Empty where nothing was measured.
std::string verdict_curve_html(const DesideratumResult& result);

}  // namespace eif
