// From one number per seed to "holds", "violated" or "inconclusive".
//
//   const absl::StatusOr<double> scale = eif::self_scale(diagonal);  // one for all seeds
//   std::vector<eif::Evidence> evidence(1);
//   for (double effect : raw_effects) evidence[0].per_seed.push_back(effect / *scale);
//   const eif::DesideratumVerdict verdict = eif::judge(evidence);
//   std::cout << verdict.expectations[0].reason;
//
// An effect counts from kSmallestEffect on: a tenth of what training on a sample does for that
// sample itself. A mean that is only different from 0 is not enough, and "no difference was found"
// is not "there is none": where neither can be shown, the answer is "inconclusive" and how many
// seeds would decide it.
#pragma once

#include <cstddef>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "eif/desideratum.h"
#include "suite/core/statistics.h"

namespace eif {

inline constexpr double kSmallestEffect = 0.1;  // in units of the self scale
inline constexpr double kConfidence = 0.95;
inline constexpr double kSignificance = 0.05;
inline constexpr int kMostSeeds = 10'000;  // more are never asked for

enum class Verdict {
  kHolds,
  kViolated,
  kInconclusive,  // more seeds may decide it
  kNotMeasured,   // they will not: something could not be measured
};

// What was measured for one expectation.
struct Evidence {
  ExpectationKind kind = ExpectationKind::kDirection;
  bool primary = true;
  // Divided by the self scale, where the expectation has one. Not finite: not measurable.
  std::vector<double> per_seed;
};

//            holds                                        violated
// direction  interval above 0, mean ≥ smallest effect     interval below the smallest effect
// invariance interval inside ± smallest effect            interval outside of it
//            and adjusted p < kSignificance               and adjusted p_against < kSignificance
//
// The interval is bootstrap_mean_bca's. It looks at one expectation at a time, and with ten seeds
// it covers less than it should; the adjusted p's keep the chance of any wrong "holds" among many
// expectations, and of any wrong "violated", within the level (tests/calibration).
//
// p speaks for "holds". Direction: sign_flip_p of a mean above 0. Invariance: the larger of the two
// sign_flip_p of (smallest effect − x) and (smallest effect + x) being above 0, a test of
// equivalence. (The p of the effect itself would say nothing: that of a magnitude is always the
// smallest possible.) p_against speaks for "violated". Direction: sign_flip_p of (smallest effect −
// x) being above 0. Invariance: of (x − smallest effect) being above 0, or of −x where the mean is
// negative.
struct ExpectationVerdict {
  Verdict verdict = Verdict::kNotMeasured;
  // NaN where nothing was measured.
  double mean = std::numeric_limits<double>::quiet_NaN();
  Interval interval;
  double p = std::numeric_limits<double>::quiet_NaN();
  // By Holm, over the measured expectations of the desideratum that are primary (or secondary) too.
  double p_adjusted = std::numeric_limits<double>::quiet_NaN();
  double p_against = std::numeric_limits<double>::quiet_NaN();
  double p_against_adjusted = std::numeric_limits<double>::quiet_NaN();  // as p_adjusted
  // In all, of which those measured are a part. Only where inconclusive; unset where the effect is
  // too near to its bound for any number up to kMostSeeds, or has no spread to tell it by.
  std::optional<int> seeds_to_decide;
  std::string reason;  // half a sentence with the numbers that decided
  // As in reliability.h; NaN and unset where they are.
  double signal_to_noise = std::numeric_limits<double>::quiet_NaN();
  std::optional<int> seeds_to_resolve;
};

struct DesideratumVerdict {
  // Only primary expectations count. Violated: one is, whatever the others say. Not measured: one
  // is not (it might be violated, so the desideratum cannot be said to hold), or there is none.
  // Holds: all do.
  Verdict verdict = Verdict::kNotMeasured;
  std::vector<ExpectationVerdict> expectations;  // in the order of the evidence
};

// smallest_effect: above 0.
DesideratumVerdict judge(std::span<const Evidence> evidence,
                         double smallest_effect = kSmallestEffect);

// With fewer seeds no p, adjusted for so many expectations, is below kSignificance: n seeds give
// none below 2⁻ⁿ.
int fewest_seeds(size_t expectations);

// What training on a sample does for that sample itself, the unit of all effects: the median of
// EIF(i→i) over the samples and seeds of a domain, in the unit of the cells. Cells that are NaN
// could not be measured and are left out. kFailedPrecondition where the median is not a positive
// number.
absl::StatusOr<double> self_scale(std::span<const double> diagonal);

}  // namespace eif
