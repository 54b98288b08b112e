#include "suite/core/control_reading.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "suite/core/deciding_dose.h"
#include "suite/core/statistics.h"
#include "suite/core/verdict.h"

namespace eif {
namespace {

ControlReading reading_of(const RunResult& run, Condition condition) {
  ControlReading reading{.condition = condition};
  std::vector<double> p;
  std::vector<std::string> names;  // as p; empty where the direction does not hold by itself
  for (const DesideratumResult& result : run.results) {
    if (result.key.condition != condition || !counts_once(run, result)) continue;
    for (const ExpectationResult& expectation : result.expectations) {
      const bool is_measured = std::isfinite(expectation.outcome.p);
      if (!expectation.expectation.primary || !is_measured ||
          expectation.expectation.kind != ExpectationKind::kDirection) {
        continue;
      }
      const bool holds = expectation.outcome.verdict == Verdict::kHolds;
      p.push_back(expectation.outcome.p);
      names.push_back(holds ? absl::StrCat(result.key.desideratum, "/", expectation.expectation.id)
                            : "");
      reading.hold += holds ? 1 : 0;
      const size_t seeds = expectation.per_seed.size();
      reading.seeds = reading.directions == 0 ? seeds : std::min(reading.seeds, seeds);
      ++reading.directions;
    }
  }
  const std::vector<double> adjusted = holm(p);
  for (size_t i = 0; i < p.size(); ++i) {
    if (!names[i].empty() && adjusted[i] < kSignificance) reading.hold_adjusted.push_back(names[i]);
  }
  return reading;
}

}  // namespace

std::vector<ControlReading> control_readings(const RunResult& run) {
  std::vector<ControlReading> readings;
  for (const Condition condition : {Condition::kFineTuning, Condition::kInContext}) {
    ControlReading reading = reading_of(run, condition);
    if (reading.directions > 0) readings.push_back(std::move(reading));
  }
  return readings;
}

std::string control_reading_text(const ControlReading& reading) {
  const std::string text = absl::StrCat(condition_name(reading.condition), ": ", reading.hold,
                                        " of ", reading.directions, " primary directions ",
                                        reading.hold == 1 ? "holds" : "hold");
  const int fewest = fewest_seeds_to_hold(reading.directions);
  if (reading.hold > 0 && reading.hold_adjusted.empty() && std::cmp_less(reading.seeds, fewest)) {
    return absl::StrCat(text, "; with p adjusted for all of them (Holm) it takes ", fewest,
                        " seeds to tell");
  }
  if (reading.hold == 0) return text;
  return absl::StrCat(
      text, ", ", reading.hold_adjusted.size(), " with p adjusted for all of them (Holm)",
      reading.hold_adjusted.empty() ? "" : ": ", absl::StrJoin(reading.hold_adjusted, ", "));
}

}  // namespace eif
