// What a result would have come to with another smallest effect: δ is a choice, and a reader sees
// what hangs on it.
//
//   for (const CurvePoint& point : verdict_curve(result)) …
#pragma once

#include <array>
#include <vector>

#include "suite/core/run_result.h"

namespace eif {

// In units of the self scale. kSmallestEffect is one of them.
inline constexpr std::array<double, 9> kCurveEffects = {0.01, 0.02, 0.03, 0.05, 0.1,
                                                        0.15, 0.2,  0.3,  0.5};

struct CurvePoint {
  double smallest_effect = 0;
  Verdict verdict = Verdict::kNotMeasured;
  std::vector<Verdict> expectations;  // as those of the result
};

// A point for each of kCurveEffects. What cannot be measured, or is decided by the regime, stays so.
// Empty where the desideratum failed.
std::vector<CurvePoint> verdict_curve(const DesideratumResult& result);

}  // namespace eif
