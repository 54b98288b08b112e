// Two runs beside each other: what came out worse. `eif-suite compare` prints it.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "eif/desideratum.h"
#include "reports/recorded_run.h"
#include "suite/core/change.h"

namespace eif {

struct ComparedExpectation {
  std::string id;
  ExpectationKind kind = ExpectationKind::kDirection;
  bool primary = true;
  EffectChange change;
};

// A desideratum of the baseline, on one model.
struct ComparedDesideratum {
  std::string model;  // of the run
  std::string desideratum;
  Verdict before = Verdict::kNotMeasured;
  Verdict after = Verdict::kNotMeasured;
  size_t seeds = 0;  // that both runs have
  std::vector<ComparedExpectation> expectations;
  std::string not_comparable;  // why; empty where it is
};

// A primary expectation came out worse, or it held and is violated now.
bool got_worse(const ComparedDesideratum& desideratum);

struct RunComparison {
  RecordedRun baseline, run;  // without their results
  double margin = 0;
  std::vector<std::string> differences;  // of circumstances that may differ: "dtype was …, is …"
  std::vector<ComparedDesideratum> desiderata;
};

// For a person: a line for each desideratum, and below it the expectations that changed or may
// have. The last line says what came of it.
std::string comparison_table(const RunComparison& comparison);

// {"schema", "baseline", "run": {"path", "started_at", "models"}, "margin", "differences",
// "got_worse", "not_comparable", "desiderata": [{"model", "desideratum", "before", "after",
// "seeds", "got_worse", "not_comparable", "expectations": [{"id", "kind", "primary", "change",
// "before", "after", "difference", "ci", "p_worse_adjusted", "p_better_adjusted"}]}]}
std::string comparison_json(const RunComparison& comparison);

}  // namespace eif
