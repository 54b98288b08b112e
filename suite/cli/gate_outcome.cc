#include "suite/cli/gate_outcome.h"

#include "suite/cli/exit_code.h"

namespace eif {

int exit_code_of(ComparisonOutcome outcome) {
  switch (outcome) {
    case ComparisonOutcome::kNotComparable:
      return kUsage;
    case ComparisonOutcome::kGotWorse:
      return kGotWorse;
    case ComparisonOutcome::kNothingShown:
      return kNotMeasured;
    case ComparisonOutcome::kNoWorse:
      break;
  }
  return kSuccess;
}

int exit_code_of(const GatedComparison& gated) { return exit_code_of(outcome_of(gated)); }

GateLevel gate_level(std::string_view name) {
  if (name == gate_level_name(GateLevel::kPass)) return GateLevel::kPass;
  if (name == gate_level_name(GateLevel::kWarn)) return GateLevel::kWarn;
  return GateLevel::kFail;
}

}  // namespace eif
