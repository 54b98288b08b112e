// The run as one JSON document. Numbers that are not finite are null; where one stands
// for something that could not be measured, "reason" beside it says why. docs/design.md has the
// keys.
#pragma once

#include <string>

#include "reports/json_number.h"
#include "reports/run_result.h"

namespace eif {

std::string json_report(const RunResult& run);

// Counts up when a key changes its meaning or goes.
inline constexpr int kRunSchema = 1;

// Its part on the circumstances, which other documents have, too.
Json context_json(const RunContext& context);

}  // namespace eif
