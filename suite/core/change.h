// Whether expectations came out worse than before, seed by seed.
//
//   std::vector<eif::PairedEffects> effects = …;  // of one desideratum, from two runs
//   for (const eif::EffectChange& change : eif::compare_effects(effects)) std::cout << change.mean;
//
// A seed draws the same words and images in every run, so that what two runs have in common cancels
// in the difference. A change counts beyond a margin: that two models differ at all is no news.
#pragma once

#include <cstddef>
#include <limits>
#include <span>
#include <vector>

#include "eif/desideratum.h"
#include "suite/core/statistics.h"
#include "suite/core/verdict.h"

namespace eif {

// What was measured twice for one expectation.
struct PairedEffects {
  ExpectationKind kind = ExpectationKind::kDirection;
  bool primary = true;
  // Of the same seeds in the same order, divided by the self scale of their run. Not finite: not
  // measured.
  std::vector<double> before, after;
  double margin = kSmallestEffect;  // beyond which a change counts: 0 or more
};

enum class Change {
  kWorse,   // shown to be, by more than the margin
  kBetter,  // likewise
  kSame,    // shown to be within the margin
  kUnclear,
  kNotMeasured,  // a seed has no number, or there is none
};

// Differences are above 0 where it came out better: for a direction after − before, for an
// invariance how much nearer to 0.
//
//          worse                              better                   same
//          interval below −margin             interval above margin    interval inside ±margin
//          and p_worse_adjusted < 0.05        and p_better_adjusted < 0.05
//
// The interval is bootstrap_mean_bca's of the mean difference. p_worse is sign_flip_p of
// (−difference − margin), p_better of (difference − margin), adjusted by Holm over the primary, or
// the secondary, expectations of the desideratum.
struct EffectChange {
  Change change = Change::kNotMeasured;
  // Means; NaN where not measured.
  double before = std::numeric_limits<double>::quiet_NaN();
  double after = std::numeric_limits<double>::quiet_NaN();
  double difference = std::numeric_limits<double>::quiet_NaN();
  Interval interval;
  double p_worse = std::numeric_limits<double>::quiet_NaN();
  double p_worse_adjusted = std::numeric_limits<double>::quiet_NaN();
  double p_better_adjusted = std::numeric_limits<double>::quiet_NaN();
  double margin = kSmallestEffect;
  std::vector<double> per_seed;  // the differences
};

// What the intervals and the adjusted p say.
Change judged(const EffectChange& change);

// The smallest loss that seeds with differences of this spread show to be worse in four of five
// runs, as one of so many tests; infinite where they show none, whatever its size.
double smallest_loss_shown(std::span<const double> differences, double margin, size_t tests);

// With fewer seeds no change among so many expectations is shown, whatever is measured: n seeds
// give no p below 2⁻ⁿ, which Holm multiplies by their number.
int fewest_seeds_for_change(size_t expectations);

// In the order of `effects`: those of one desideratum.
std::vector<EffectChange> compare_effects(std::span<const PairedEffects> effects);

}  // namespace eif
