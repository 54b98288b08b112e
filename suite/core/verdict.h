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
// What lies beyond so many smallest effects counts as if it lay there: just enough for a mean at the
// bound to have as much room above it as below.
inline constexpr double kClip = 2;

enum class Verdict {
  kHolds,
  kViolated,
  kInconclusive,  // more seeds may decide it
  kNotMeasured,   // they will not: something could not be measured
  // The way of training decides it, and no model could come out otherwise: nothing is learned of
  // this one (suite/core/regime.h).
  kDecidedByRegime,
};

// What was measured for one expectation.
struct Evidence {
  ExpectationKind kind = ExpectationKind::kDirection;
  bool primary = true;
  // Divided by the self scale, where the expectation has one. Not finite: not measurable.
  std::vector<double> per_seed;
  // sign_flip_p() of them where it is known, which is that of a direction whatever the smallest
  // effect is.
  std::optional<double> known_p = std::nullopt;
  // Why it is Verdict::kDecidedByRegime, whatever was measured, and kNotMeasured; empty otherwise.
  std::string decided_by_regime = {};
  std::string not_measured = {};
  // What speaks against a verdict, whatever the p's are: it is then inconclusive. Empty otherwise.
  std::string disputed = {};
};

// How much judge() says of each expectation.
enum class Detail {
  kAll,
  kVerdicts,  // no interval and no ratio of signal to noise, which take most of the time
};

// x: the effects of the seeds; δ: the smallest effect; x̂ and |x|^: x and |x|, of which nothing is
// counted beyond kClip · δ.
//
//            holds                                     violated
// direction  p: E x > 0, and mean of x ≥ δ             p_against: E x̂ < δ
// invariance p: E |x|^ < δ                             p_against: E |x| > δ, of |x| up to 2 kClip · δ
//
// p of E x > 0 is sign_flip_p's; the others are gaffke_p_below's (bounded_mean.h): of ten seeds no
// test of a mean is right for every law, unless what is averaged has bounds. What is clipped from a
// violated direction is only ever large, and from a holding invariance likewise; such seeds are
// named (`clipped`). Where so many are large that the mean of x is shown to be large, too, the seeds
// disagree: some have an effect and some have none, and the answer is "inconclusive".
//
// Each p is compared with kSignificance. "Holds" of a desideratum needs every primary expectation,
// which is an intersection–union test (R. L. Berger, Technometrics 24 (1982)): its level is that of
// one, without correction. "Violated" needs any one, and secondary expectations are read one by
// one: those p's are adjusted by Holm.
struct ExpectationVerdict {
  Verdict verdict = Verdict::kNotMeasured;
  // NaN where nothing was measured.
  double mean = std::numeric_limits<double>::quiet_NaN();
  Interval interval;  // bootstrap_mean_bca's of the mean; shown, and decides nothing
  double p = std::numeric_limits<double>::quiet_NaN();
  // By Holm, over the measured expectations of the desideratum that are primary (or secondary) too.
  double p_adjusted = std::numeric_limits<double>::quiet_NaN();
  double p_against = std::numeric_limits<double>::quiet_NaN();
  double p_against_adjusted = std::numeric_limits<double>::quiet_NaN();  // as p_adjusted
  // The one of these that the verdict rests on; where it is inconclusive, that of the claim which
  // is nearer.
  double p_decides = std::numeric_limits<double>::quiet_NaN();
  bool seeds_disagree = false;  // inconclusive because "holds" and "violated" are both shown
  // Places in per_seed of effects beyond kClip · δ that count as that much, where this speaks for
  // the verdict: x of a violated direction, |x| of a holding invariance.
  std::vector<size_t> clipped;
  // In all, of which those measured are a part. Only where inconclusive; unset where the effect is
  // too near to its bound for any number up to kMostSeeds, or has no spread to tell it by.
  std::optional<int> seeds_to_decide;
  std::string reason;  // half a sentence with the numbers that decided
  // As in reliability.h; NaN and unset where they are.
  double signal_to_noise = std::numeric_limits<double>::quiet_NaN();
  std::optional<int> seeds_to_resolve;
};

struct DesideratumVerdict {
  // Only primary expectations count, and of these only those that the regime leaves open: where it
  // decides all of them, it decides the desideratum. Violated: one is, whatever the others say. Not
  // measured: one is not (it might be violated, so the desideratum cannot be said to hold), or there
  // is none. Holds: all do.
  Verdict verdict = Verdict::kNotMeasured;
  std::vector<ExpectationVerdict> expectations;  // in the order of the evidence
};

// smallest_effect: above 0.
DesideratumVerdict judge(std::span<const Evidence> evidence,
                         double smallest_effect = kSmallestEffect, Detail detail = Detail::kAll);

// With fewer seeds no expectation holds, whatever is measured: n seeds give no p below 2⁻ⁿ. tests:
// as many as the p is adjusted for.
int fewest_seeds_to_hold(size_t tests = 1);

// With fewer seeds a desideratum of so many primary expectations neither holds nor is violated,
// whatever is measured: n seeds give no p_against below 4⁻ⁿ, which takes effects of −kClip · δ and
// less.
int fewest_seeds(size_t expectations);

// What training on a sample does for that sample itself, the unit of all effects: the median of
// EIF(i→i) over the samples and seeds of a domain, in the unit of the cells. Cells that are NaN
// could not be measured and are left out. kFailedPrecondition where the median is not a positive
// number.
absl::StatusOr<double> self_scale(std::span<const double> diagonal);

}  // namespace eif
