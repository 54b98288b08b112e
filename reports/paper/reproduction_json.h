// The paper's figures and claims as one JSON document:
//
//   {"schema", "paper", "context": {…}, "models": [{"model", "seeds", "figures": [{"id", "number",
//    "title", "of_paper", "paper", "svg", "data": […], "numbers": {…}}], "claims": [{"id",
//    "section", "claim", "stance", "primary": {"as_claimed", "otherwise", "undecided"}, "plain":
//    {…}, "evidence": [{"id", "what", "unit", "role", "claimed", "fine_tuning": {"mean", "seeds",
//    "per_seed", "verdict"}, "in_context": {…}}]}]}]}
//
// Paths are relative to the document. A number that is missing is null.
#pragma once

#include <string>
#include <vector>

#include "reports/paper/reproduction.h"
#include "suite/core/run_result.h"

namespace eif {

// `run` is what the reproductions were made of.
std::string reproduction_json(const RunResult& run, const std::vector<ModelReproduction>& models);

}  // namespace eif
