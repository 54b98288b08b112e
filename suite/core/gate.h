// What a team demands of a run beside a baseline, and whether the run passes.
//
//   const absl::StatusOr<GatedComparison> gated = compare_with_gate(gate, baseline, run);
//   if (gated.ok() && !passes(*gated)) …
//
// All primary expectations of a gate are judged together: their p are adjusted over the whole gate,
// so that a run which is no worse than the margins fails in at most one of twenty cases, however
// many expectations there are, and however often it is looked at (Gate::looks).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "suite/core/run_comparison.h"

namespace eif {

// What comes of a finding.
enum class GateLevel { kPass, kWarn, kFail };
const char* gate_level_name(GateLevel level);

// A verdict that is asked for whatever the baseline's is.
enum class RequiredVerdict { kNone, kNotViolated, kHolds };
const char* required_verdict_name(RequiredVerdict verdict);

// Of all desiderata, of one, or of one of its expectations. What is unset is as the rule before
// says.
struct GateRule {
  std::string desideratum;  // empty: all
  std::string expectation;  // empty: all
  std::optional<double> margin;
  std::optional<GateLevel> worse;  // a loss beyond the margin, or a verdict that is not as required
  std::optional<GateLevel> better;  // a gain beyond the margin
  // Neither shown to be worse nor shown to be no worse; where a gain is no pass, neither shown to have
  // changed by more than the margin nor shown to be equivalent within it.
  std::optional<GateLevel> unclear;
  std::optional<RequiredVerdict> verdict;
};

struct Gate {
  std::vector<std::string> desiderata;  // that are judged; none: all of the baseline
  std::vector<GateRule> rules;          // a later one wins
  bool in_context = false;              // what reading does is judged, too
  // How often the run is judged at most, as seeds are added. Each time has its share of the level, so
  // that the chance of a wrong failure is that of one look (docs/statistics.md).
  int looks = 1;
};

// The rule for an expectation, or with an empty `expectation` for a desideratum as a whole, with
// everything set.
GateRule rule_for(const Gate& gate, const std::string& desideratum, const std::string& expectation);

struct GateFinding {
  GateLevel level = GateLevel::kFail;
  std::string model, desideratum;
  std::string expectation;  // empty: the desideratum as a whole
  std::string why;
};

struct GatedComparison {
  RunComparison comparison;  // of the desiderata that are judged
  std::vector<GateFinding> findings;
  size_t expectations = 0;  // primary ones, judged together
  bool has_gate = true;     // false: each desideratum is judged by itself, and a loss fails
};

bool passes(const GatedComparison& gated);

// What came of it: what every report says, and what the program ends with. Where there is a gate,
// it alone says what is worse: kGotWorse is a gate that fails, and kNoWorse one that is passed.
ComparisonOutcome outcome_of(const GatedComparison& gated);

// kInvalidArgument where the gate names what the baseline does not have.
absl::Status check_gate(const Gate& gate, const RunResult& baseline);

// As compare_series() and check_gate().
absl::StatusOr<GatedComparison> compare_with_gate(const Gate& gate,
                                                  const std::vector<const RunResult*>& earlier,
                                                  const RunResult& run);
absl::StatusOr<GatedComparison> compare_with_gate(const Gate& gate, const RunResult& baseline,
                                                  const RunResult& run);

// What a comparison finds by itself: each desideratum that got worse.
GatedComparison without_gate(RunComparison comparison);

// Ids of desiderata that more seeds may decide: something of them is neither worse nor no worse, or
// they are inconclusive where a verdict is asked for. None where the gate fails whatever they come to.
std::vector<std::string> unclear_desiderata(const Gate& gate, const GatedComparison& gated);

}  // namespace eif
