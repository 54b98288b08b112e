#include "suite/core/change.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <utility>

namespace eif {
namespace {

bool all_finite(const std::vector<double>& values) {
  return std::all_of(values.begin(), values.end(), [](double x) { return std::isfinite(x); });
}

bool is_measured(const PairedEffects& effects) {
  const auto is_like_the_first = [&](const std::vector<double>& of_run) {
    return of_run.size() == effects.before.size() && all_finite(of_run);
  };
  return !effects.before.empty() && is_like_the_first(effects.before) &&
         is_like_the_first(effects.after) &&
         std::all_of(effects.between.begin(), effects.between.end(), is_like_the_first);
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

// Of each seed, how much the line of least squares through its runs rises from the first to the
// last: after − before where there are two.
std::vector<double> differences(const PairedEffects& effects) {
  std::vector<const std::vector<double>*> runs = {&effects.before};
  for (const std::vector<double>& run : effects.between) runs.push_back(&run);
  runs.push_back(&effects.after);
  const double last = static_cast<double>(runs.size()) - 1;
  double squares = 0;
  for (size_t run = 0; run < runs.size(); ++run) {
    squares += std::pow(static_cast<double>(run) - last / 2, 2);
  }
  std::vector<double> result(effects.before.size(), 0.0);
  for (size_t run = 0; run < runs.size(); ++run) {
    const double weight = last * (static_cast<double>(run) - last / 2) / squares;
    const std::vector<double> of_run = merits(effects.kind, *runs[run]);
    for (size_t seed = 0; seed < result.size(); ++seed) result[seed] += weight * of_run[seed];
  }
  return result;
}

// Fills in the changes of the primary, or of the secondary, expectations.
void compare_family(std::span<const PairedEffects> effects, bool primary,
                    std::vector<EffectChange>& changes) {
  std::vector<size_t> family;
  std::vector<double> worse, better;
  for (size_t i = 0; i < effects.size(); ++i) {
    if (effects[i].primary != primary) continue;
    if (effects[i].is_decided_by_regime) changes[i].change = Change::kDecidedByRegime;
    if (effects[i].is_decided_by_regime || !is_measured(effects[i])) continue;
    const double margin = effects[i].margin;
    std::vector<double> difference = differences(effects[i]);
    family.push_back(i);
    worse.push_back(sign_flip_p_beyond(difference, -1, margin));
    better.push_back(sign_flip_p_beyond(difference, 1, margin));
    changes[i].before = mean(effects[i].before);
    changes[i].after = mean(effects[i].after);
    changes[i].difference = mean(difference);
    changes[i].interval = bootstrap_mean_bca(difference, kConfidence);
    changes[i].p_worse = worse.back();
    changes[i].p_better = better.back();
    changes[i].p_no_worse = sign_flip_p_beyond(difference, 1, -margin);
    changes[i].p_no_better = sign_flip_p_beyond(difference, -1, -margin);
    changes[i].margin = margin;
    changes[i].per_seed = std::move(difference);
  }
  const std::vector<double> worse_adjusted = holm(worse), better_adjusted = holm(better);
  for (size_t k = 0; k < family.size(); ++k) {
    EffectChange& change = changes[family[k]];
    change.p_worse_adjusted = worse_adjusted[k];
    change.p_better_adjusted = better_adjusted[k];
    change.change = judged(change);
  }
}

}  // namespace

bool is_no_worse(const EffectChange& change) {
  const bool lost_nothing =
      !change.per_seed.empty() &&
      std::all_of(change.per_seed.begin(), change.per_seed.end(),
                                        [](double difference) { return difference >= 0; });
  return lost_nothing ||
         (change.interval.low >= -change.margin && change.p_no_worse < change.level);
}

bool is_no_better(const EffectChange& change) {
  const bool gained_nothing =
      !change.per_seed.empty() &&
      std::all_of(change.per_seed.begin(), change.per_seed.end(),
                                          [](double difference) { return difference <= 0; });
  return gained_nothing ||
         (change.interval.high <= change.margin && change.p_no_better < change.level);
}

Change judged(const EffectChange& change) {
  const auto [low, high] = change.interval;
  const double margin = change.margin;
  if (high < -margin && change.p_worse_adjusted < change.level) return Change::kWorse;
  if (low > margin && change.p_better_adjusted < change.level) return Change::kBetter;
  return is_no_worse(change) && is_no_better(change) ? Change::kSame : Change::kUnclear;
}

double smallest_loss_shown(std::span<const double> differences, double margin, size_t tests,
                           double level) {
  const auto seeds = static_cast<double>(differences.size());
  if (std::ldexp(static_cast<double>(tests), -static_cast<int>(seeds)) >= level) {
    return std::numeric_limits<double>::infinity();
  }
  const double center = mean(differences);
  std::vector<double> around;  // their mean is 0
  for (const double difference : differences) around.push_back(difference - center);
  const auto p_of = [&](double loss) {
    return static_cast<double>(tests) * sign_flip_p_beyond(around, -1, margin - loss);
  };
  // A loss moves the interval along. One at which every seed loses more than the margin has the
  // smallest p there is.
  double shown = margin + *std::max_element(around.begin(), around.end());
  double not_shown = margin + bootstrap_mean_bca(around, kConfidence).high;
  if (not_shown < shown && p_of(not_shown) >= level) {
    constexpr int kHalvings = 20;
    for (int halving = 0; halving < kHalvings; ++halving) {
      const double middle = (shown + not_shown) / 2;
      (p_of(middle) < level ? shown : not_shown) = middle;
    }
  } else {
    shown = not_shown;
  }
  // That is shown where the mean of the seeds is the true one. In four of five runs it is below it
  // by no more than so many standard errors.
  constexpr double kFourOfFive = 0.8416;
  return shown + kFourOfFive * sample_standard_deviation(around) / std::sqrt(seeds);
}

int fewest_seeds_for_change(size_t expectations, double level) {
  return static_cast<int>(std::ceil(std::log2(static_cast<double>(expectations) / level)));
}

std::vector<EffectChange> compare_effects(std::span<const PairedEffects> effects) {
  std::vector<EffectChange> changes(effects.size());
  for (const bool primary : {true, false}) compare_family(effects, primary, changes);
  return changes;
}

}  // namespace eif
