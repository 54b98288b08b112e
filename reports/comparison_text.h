// What every report says of a comparison, and of the gate that judged it, in the same words.
#pragma once

#include <string>
#include <vector>

#include "reports/run_notes.h"
#include "suite/core/gate.h"

namespace eif {

// "worse", "better", "same", "unclear", "not measured", "decided by the regime".
const char* change_name(Change change);
// The same, and "no worse" of what is shown to have lost no more than the margin and may have gained.
const char* change_text(const EffectChange& change);

// "holds", or "holds → violated".
std::string verdicts_text(const ComparedDesideratum& desideratum);

// "gate failed (9 primary expectations, 1 failure, 0 warnings)"; without a gate "got worse",
// "no worse" and so on.
std::string outcome_text(const GatedComparison& gated);
const char* outcome_name(ComparisonOutcome outcome);
// Of a gate: "failed", "passed", and as above where nothing can be said.
const char* gate_outcome_name(ComparisonOutcome outcome);

// What the findings of a gate say, one in a line, and in the last line whether it is passed.
std::vector<std::string> gate_lines(const GatedComparison& gated);

// What a reader has to know of it, as of a run: findings that fail, and what nothing can be said of,
// are errors; those that warn, warnings; how the runs differ, remarks.
std::vector<RunNote> comparison_notes(const GatedComparison& gated);

// Which run it is: "before, 2024-02-29T12:34:56Z, cnn 01234567, commit=abc1234".
std::string run_text(const std::string& path, const RunContext& context);

// How a change came to be called what it is, in a paragraph.
std::string how_changes_are_judged(const GatedComparison& gated);

}  // namespace eif
