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

// {"schema", "baseline", "between", "run": {"path", "started_at", "models"}, "margin", "differences",
// "cut_short", "outcome", "got_worse", "not_comparable", "desiderata": [{"model", "desideratum",
// "condition", "before", "after", "seeds", "got_worse", "not_comparable", "expectations": [{"id", "kind",
// "primary", "change", "before", "after", "difference", "margin", "ci", "p_worse_adjusted",
// "p_better_adjusted", "p_no_worse", "no_worse", "means"}]}]}
std::string comparison_json(const RunComparison& comparison);

// The same documents, with a gate where there is one: its lines come last; "gate": {"passed",
// "outcome", "expectations", "findings": [{"level", "model", "desideratum", "expectation",
// "why"}]}.
std::string gated_table(const GatedComparison& gated);
std::string gated_json(const GatedComparison& gated);

}  // namespace eif
