// What a reader of a run has to know, most important first: why it is not whole, what could not be
// measured, what is violated, what may have spoilt the numbers. Each report shows them in its own
// form.
//
//   for (const RunNote& note : run_notes(run)) say(note.subject + ": " + note.text);
#pragma once

#include <string>
#include <vector>

#include "suite/core/gate.h"
#include "suite/core/run_result.h"

namespace eif {

enum class Severity {
  kError,    // something could not be measured
  kWarning,  // a desideratum is violated, or numbers are in doubt
  kRemark,   // to be looked at
};

struct RunNote {
  Severity severity = Severity::kRemark;
  std::string subject;  // "cnn, symmetry"; "the run"
  std::string text;     // as plugins and files gave it: to be escaped
};

// With a gate, what it found comes first of its kind.
std::vector<RunNote> run_notes(const RunResult& run, const GatedComparison* gate = nullptr);

// How many desiderata, of all models, have each verdict: "3 hold, 1 violated, 2 not measured".
// Verdicts that none has are left out; "nothing was measured" where there is no result.
std::string verdict_counts(const RunResult& run);

}  // namespace eif
