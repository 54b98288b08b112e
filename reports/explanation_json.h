// What influences are made of (suite/core/explanation.h), as documents for programs have it.
#pragma once

#include "reports/json_number.h"
#include "suite/core/explanation.h"

namespace eif {

// {"first_order": [[…]], "layers": [{"name", "influence": [[…]]}], "kinds": likewise, "tokens":
// [{"column", "statement", "position", "id", "piece", "base_loss"}], "token_influence": [[…]]}:
// rows are trained samples, columns evaluated ones, or tokens. "column" is an id; null for a
// "piece" that nobody knows, and for cells that were not measured.
Json explanation_json(const Explanation& explanation);

}  // namespace eif
