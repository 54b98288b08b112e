// A run as one JSON document, run.json: written after each seed, and read by everything that comes
// later (reports, comparisons, the run itself when it goes on). Numbers that are not finite are
// null; where one stands for something that could not be measured, "reason" beside it says why.
// docs/design.md has the keys.
//
//   std::string text = run_json(run);
//   absl::StatusOr<RunResult> again = parse_run_json(text, "run.json");
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "reports/json_number.h"
#include "suite/core/run_result.h"

namespace eif {

// Counts up when a key changes its meaning or goes.
inline constexpr int kRunSchema = 2;

std::string run_json(const RunResult& run);

// The part of it that tells the circumstances; documents of other kinds have it, too.
Json context_json(const RunResult& run);

// Everything in it is checked: documents are kept, edited and merged. `subject` names the document
// in messages. kInvalidArgument: it is none of a run, or has another schema.
absl::StatusOr<RunResult> parse_run_json(std::string_view text, const std::string& subject);

}  // namespace eif
