// Two runs beside each other: what came out worse. `eif-suite compare` prints it.
#pragma once

#include <string>
#include <vector>

#include "suite/core/gate.h"
#include "suite/core/run_comparison.h"

namespace eif {

// For a person: a line for each desideratum, and below it the expectations that changed or may
// have. The last lines say what came of it. For a page of 80 columns.
std::string comparison_table(const RunComparison& comparison);

// {"schema", "baseline", "run": {"path", "started_at", "models"}, "margin", "differences",
// "cut_short", "outcome", "got_worse", "not_comparable", "desiderata": [{"model", "desideratum",
// "before", "after", "seeds", "got_worse", "not_comparable", "expectations": [{"id", "kind",
// "primary", "change", "before", "after", "difference", "margin", "ci", "p_worse_adjusted",
// "p_better_adjusted"}]}]}
std::string comparison_json(const RunComparison& comparison);

// What the findings of a gate say, one in a line, and in the last line whether it is passed.
std::vector<std::string> gate_lines(const GatedComparison& gated);

// The same documents with a gate: its lines come last; "gate": {"passed", "expectations",
// "findings":
// [{"level", "model", "desideratum", "expectation", "why"}]}.
std::string gated_table(const GatedComparison& gated);
std::string gated_json(const GatedComparison& gated);

}  // namespace eif
