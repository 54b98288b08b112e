#include "suite/core/change.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace eif {
namespace {

bool all_finite(const std::vector<double>& values) {
  return std::all_of(values.begin(), values.end(), [](double x) { return std::isfinite(x); });
}

bool is_measured(const PairedEffects& effects) {
  return !effects.before.empty() && effects.before.size() == effects.after.size() &&
         all_finite(effects.before) && all_finite(effects.after);
}

// What is better the larger it is: a direction's effect, or how near to 0 an invariance's is, on
// the side of its mean.
std::vector<double> merits(ExpectationKind kind, const std::vector<double>& effects) {
  if (kind == ExpectationKind::kDirection) return effects;
  const double towards_zero = mean(effects) < 0 ? 1 : -1;
  std::vector<double> result;
  for (const double effect : effects) result.push_back(towards_zero * effect);
  return result;
}

std::vector<double> differences(const PairedEffects& effects) {
  const std::vector<double> before = merits(effects.kind, effects.before);
  std::vector<double> result = merits(effects.kind, effects.after);
  for (size_t seed = 0; seed < result.size(); ++seed) result[seed] -= before[seed];
  return result;
}

Change judged(const EffectChange& change, double margin) {
  const auto [low, high] = change.interval;
  if (high < -margin && change.p_worse_adjusted < kSignificance) return Change::kWorse;
  if (low > margin && change.p_better_adjusted < kSignificance) return Change::kBetter;
  return low >= -margin && high <= margin ? Change::kSame : Change::kUnclear;
}

// Fills in the changes of the primary, or of the secondary, expectations.
void compare_family(std::span<const PairedEffects> effects, bool primary, double margin,
                    std::vector<EffectChange>& changes) {
  std::vector<size_t> family;
  std::vector<double> worse, better;
  for (size_t i = 0; i < effects.size(); ++i) {
    if (effects[i].primary != primary || !is_measured(effects[i])) continue;
    const std::vector<double> difference = differences(effects[i]);
    family.push_back(i);
    worse.push_back(sign_flip_p_beyond(difference, -1, margin));
    better.push_back(sign_flip_p_beyond(difference, 1, margin));
    changes[i].before = mean(effects[i].before);
    changes[i].after = mean(effects[i].after);
    changes[i].difference = mean(difference);
    changes[i].interval = bootstrap_mean_bca(difference, kConfidence);
  }
  const std::vector<double> worse_adjusted = holm(worse), better_adjusted = holm(better);
  for (size_t k = 0; k < family.size(); ++k) {
    EffectChange& change = changes[family[k]];
    change.p_worse_adjusted = worse_adjusted[k];
    change.p_better_adjusted = better_adjusted[k];
    change.change = judged(change, margin);
  }
}

}  // namespace

int fewest_seeds_for_change(size_t expectations) {
  return static_cast<int>(std::ceil(std::log2(static_cast<double>(expectations) / kSignificance)));
}

std::vector<EffectChange> compare_effects(std::span<const PairedEffects> effects, double margin) {
  std::vector<EffectChange> changes(effects.size());
  for (const bool primary : {true, false}) compare_family(effects, primary, margin, changes);
  return changes;
}

}  // namespace eif
