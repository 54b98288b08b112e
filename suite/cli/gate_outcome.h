// How the program ends after a comparison of runs.
#pragma once

#include <string_view>

#include "suite/core/gate.h"

namespace eif {

int exit_code_of(ComparisonOutcome outcome);
// A gate that fails counts as "got worse", and nothing else does.
int exit_code_of(const GatedComparison& gated);

// "pass", "warn" or "fail", which the option was checked for.
GateLevel gate_level(std::string_view name);

}  // namespace eif
