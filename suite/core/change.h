// Whether expectations came out worse than before, seed by seed.
//
//   std::vector<eif::PairedEffects> effects = …;  // of one desideratum, from two runs
//   for (const eif::EffectChange& change : eif::compare_effects(effects)) std::cout << change.mean;
//
// A seed draws the same words and images in every run, so that what two runs have in common cancels
// in the difference. A change counts beyond a margin: that two models differ at all is no news. Of a
// series of runs, the change is that of the straight line through them, from its begin to its end.
#pragma once

#include <cstddef>
#include <limits>
#include <span>
#include <vector>

#include "eif/desideratum.h"
#include "suite/core/statistics.h"
#include "suite/core/verdict.h"

namespace eif {

// What was measured twice, or more often, for one expectation.
struct PairedEffects {
  ExpectationKind kind = ExpectationKind::kDirection;
  bool primary = true;
  // Of the same seeds in the same order, divided by the self scale of their run. Not finite: not
  // measured.
  std::vector<double> before, after;
  double margin = kSmallestEffect;  // beyond which a change counts: 0 or more
  std::vector<std::vector<double>> between = {};  // of the runs between these, the oldest first
  // The way of training decides it, in one of the runs at least: no model could change it, so it is
  // no test and none of the family.
  bool is_decided_by_regime = false;
};

enum class Change {
  kWorse,   // shown to be, by more than the margin
  kBetter,  // likewise
  kSame,    // shown to be within the margin
  kUnclear,
  kNotMeasured,  // a seed has no number, or there is none
  kDecidedByRegime,
};

// Differences are above 0 where it came out better: for a direction after − before, for an
// invariance how much nearer to 0.
//
//          worse                         better                        no worse
//          interval below −margin        interval above margin         interval above −margin
//          p_worse_adjusted < level      p_better_adjusted < level     p_no_worse < level
//
// The interval is bootstrap_mean_bca's of the mean difference. The p's are sign_flip_p's: p_worse of
// (−difference − margin), p_better of (difference − margin), p_no_worse of (difference + margin) and
// p_no_better of (margin − difference). The first two are adjusted by Holm over the primary, or the
// secondary, expectations of the desideratum. The others are not: that nothing is worse is shown
// where it is shown of each, an intersection–union test. Same is no worse and no better.
struct EffectChange {
  Change change = Change::kNotMeasured;
  // Means; NaN where not measured.
  double before = std::numeric_limits<double>::quiet_NaN();
  double after = std::numeric_limits<double>::quiet_NaN();
  double difference = std::numeric_limits<double>::quiet_NaN();
  Interval interval;
  double p_worse = std::numeric_limits<double>::quiet_NaN();
  double p_worse_adjusted = std::numeric_limits<double>::quiet_NaN();
  double p_better = std::numeric_limits<double>::quiet_NaN();
  double p_better_adjusted = std::numeric_limits<double>::quiet_NaN();
  double p_no_worse = std::numeric_limits<double>::quiet_NaN();
  double p_no_better = std::numeric_limits<double>::quiet_NaN();
  double margin = kSmallestEffect;
  double level = kSignificance;  // of each test
  std::vector<double> per_seed;  // the differences
};

// Shown to have lost, or gained, no more than the margin. Where no seed lost anything, that is so
// whatever the margin is.
bool is_no_worse(const EffectChange& change);
bool is_no_better(const EffectChange& change);

// What the intervals and the p say, of a change that was measured.
Change judged(const EffectChange& change);

// The smallest loss that seeds with differences of this spread show to be worse in four of five
// runs, as one of so many tests; infinite where they show none, whatever its size.
double smallest_loss_shown(std::span<const double> differences, double margin, size_t tests,
                           double level = kSignificance);

// With fewer seeds no change among so many expectations is shown, whatever is measured: n seeds
// give no p below 2⁻ⁿ, which Holm multiplies by their number.
int fewest_seeds_for_change(size_t expectations, double level = kSignificance);

// In the order of `effects`: those of one desideratum.
std::vector<EffectChange> compare_effects(std::span<const PairedEffects> effects);

}  // namespace eif
