// What influences are made of (suite/core/explanation.h), as documents for programs have it.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "reports/json_number.h"
#include "suite/core/explanation.h"

namespace eif {

// {"first_order": [[…]], "layers": [{"name", "influence": [[…]]}], "kinds": likewise, "tokens":
// [{"column", "statement", "position", "id", "piece", "base_loss"}], "token_influence": [[…]]}:
// rows are trained samples, columns evaluated ones, or tokens. "column" is an id; null for a
// "piece" that nobody knows, and for cells that were not measured.
Json explanation_json(const Explanation& explanation);

// The same read back from a document that also has "trained" and "evaluated", the ids of rows and
// columns. kInvalidArgument: `file` is no such document.
absl::StatusOr<Explanation> parse_explanation(const std::string& text, const std::string& file);

}  // namespace eif
