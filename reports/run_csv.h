// A run as a table for spreadsheets and data frames: a row for each effect of each seed, with what
// was found of the expectation over all seeds beside it.
//
//   import pandas; pandas.read_csv("run.csv").groupby(["desideratum", "expectation"]).effect.mean()
#pragma once

#include <string>

#include "suite/core/run_result.h"

namespace eif {

// model, revision, recipe, dose, control, condition, desideratum, expectation, kind, primary, seed,
// effect, verdict, mean, ci_low, ci_high, p_adjusted, decides, p_decides. Numbers have all their
// digits; those that could not be measured are empty. A desideratum of which no seed was measured
// has no row. docs/reports.md says what each is.
std::string run_csv(const RunResult& run);

}  // namespace eif
