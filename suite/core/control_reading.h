// How a run of a control is read: what says "holds" in it, and what of that is more than chance.
//
//   for (const ControlReading& reading : control_readings(run)) say(control_reading_text(reading));
//
// Where nothing can follow, one direction in twenty is found to hold by chance. That none does is
// one claim about all of them, so their p's are adjusted by Holm over the whole run, and not over a
// desideratum as in verdict.h.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "suite/core/run_result.h"

namespace eif {

struct ControlReading {
  Condition condition = Condition::kFineTuning;
  size_t directions = 0;  // primary ones that were measured, at the dose that decides
  size_t hold = 0;        // of these, each by itself
  std::vector<std::string> hold_adjusted;  // "causality/chain_…": those that hold among all as well
  size_t seeds = 0;                        // the fewest that a direction has
};

// One for each condition under which directions were measured.
std::vector<ControlReading> control_readings(const RunResult& run);

// "fine-tuning: 1 of 19 primary directions holds, 0 with p adjusted for all of them (Holm)", with
// the names of those that do. Where there are too few seeds for any to hold then, this is said
// instead.
std::string control_reading_text(const ControlReading& reading);

}  // namespace eif
