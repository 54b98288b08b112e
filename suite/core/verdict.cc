#include "suite/core/verdict.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <iterator>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "boost/math/distributions/normal.hpp"
#include "suite/core/bounded_mean.h"
#include "suite/core/reliability.h"

namespace eif {
namespace {

// ---- Statistics of one expectation -----------------------------------------------------------

// Says how many seeds are missing; empty when every seed was measured.
std::string what_is_missing(const std::vector<double>& per_seed) {
  if (per_seed.empty()) return "there is no seed";
  const auto missing = std::count_if(per_seed.begin(), per_seed.end(),
                                     [](double effect) { return !std::isfinite(effect); });
  if (missing == 0) return "";
  return absl::StrFormat("%d of %d seeds could not be measured", missing, per_seed.size());
}

// The size of each effect, none beyond `largest`.
std::vector<double> sizes_up_to(double largest, const Evidence& evidence) {
  std::vector<double> sizes;
  for (const double effect : evidence.per_seed) sizes.push_back(std::min(std::abs(effect), largest));
  return sizes;
}

// What is averaged instead of the effects where the claim is that they are small.
std::vector<double> clipped_sizes(const Evidence& evidence, double smallest_effect) {
  const double largest = kClip * smallest_effect;
  if (evidence.kind == ExpectationKind::kInvariance) return sizes_up_to(largest, evidence);
  std::vector<double> sizes;
  for (const double effect : evidence.per_seed) {
    sizes.push_back(std::clamp(effect, -largest, largest));
  }
  return sizes;
}

// The same where the claim is that they are large.
std::vector<double> widely_clipped_sizes(const Evidence& evidence, double smallest_effect) {
  return sizes_up_to(2 * kClip * smallest_effect, evidence);
}

// p of "the mean size is above the smallest effect", of which no bound from above is needed: no size
// is below 0. One is set all the same, so that a single seed, however far out, decides nothing; it
// is far enough for effects that are twice the smallest one to be counted whole.
double p_above(const Evidence& evidence, double smallest_effect) {
  std::vector<double> below_zero = widely_clipped_sizes(evidence, smallest_effect);
  for (double& size : below_zero) size = -size;
  return gaffke_p_below(below_zero, 0, -smallest_effect);
}

// Measures all but the adjusted p's and what follows from them.
ExpectationVerdict measure(const Evidence& evidence, double smallest_effect, Detail detail) {
  ExpectationVerdict result;
  result.reason = evidence.not_measured.empty() ? what_is_missing(evidence.per_seed)
                                                : evidence.not_measured;
  if (!result.reason.empty()) return result;
  if (!evidence.decided_by_regime.empty()) {
    // p, interval and spread would be statistics of rounding, and of what is left at higher order.
    result.verdict = Verdict::kDecidedByRegime;
    result.mean = mean(evidence.per_seed);
    result.reason = evidence.decided_by_regime;
    return result;
  }
  result.verdict = Verdict::kInconclusive;
  result.mean = mean(evidence.per_seed);
  if (detail == Detail::kAll) {
    result.interval = bootstrap_mean_bca(evidence.per_seed, kConfidence);
    result.signal_to_noise = signal_to_noise(evidence.per_seed);
    result.seeds_to_resolve = seeds_to_resolve(result.signal_to_noise);
  }
  const std::vector<double> sizes = clipped_sizes(evidence, smallest_effect);
  const double p_below = gaffke_p_below(sizes, kClip * smallest_effect, smallest_effect);
  if (evidence.kind == ExpectationKind::kDirection) {
    result.p = evidence.known_p ? *evidence.known_p : sign_flip_p(evidence.per_seed);
    result.p_against = p_below;
  } else {
    result.p = p_below;
    result.p_against = p_above(evidence, smallest_effect);
  }
  return result;
}

// Whether the effects say which verdict it is.
bool is_open(const ExpectationVerdict& result) { return result.verdict == Verdict::kInconclusive; }

// ---- Seeds -----------------------------------------------------------------------------------

// Effects are of the order of 1: a mean this near to a bound is on it.
constexpr double kRounding = 1e-12;

// What would have to be shown, and with which numbers.
struct Claim {
  std::vector<double> values;
  double distance;  // of their mean from the bound
  double level;
};

// That which the effects are nearer to.
Claim nearer_claim(const Evidence& evidence, double smallest_effect, size_t family) {
  const double adjusted = kSignificance / static_cast<double>(family);  // Holm's, at worst
  const double to_hold = evidence.primary ? kSignificance : adjusted;
  const double plain = mean(evidence.per_seed);
  if (evidence.kind == ExpectationKind::kDirection && plain >= smallest_effect) {
    return {evidence.per_seed, plain, to_hold};
  }
  Claim claim{clipped_sizes(evidence, smallest_effect), 0, adjusted};
  claim.distance = smallest_effect - mean(claim.values);
  if (evidence.kind == ExpectationKind::kDirection) return claim;
  if (claim.distance > 0) {
    claim.level = to_hold;
    return claim;
  }
  claim.values = widely_clipped_sizes(evidence, smallest_effect);
  claim.distance = mean(claim.values) - smallest_effect;
  return claim;
}

// Estimates by the normal approximation how many seeds would decide, should mean and spread stay as
// they are. It takes two seeds at least to know the spread.
std::optional<int> seeds_to_decide(const Evidence& evidence, double smallest_effect,
                                   size_t family) {
  const Claim claim = nearer_claim(evidence, smallest_effect, family);
  if (claim.distance < kRounding) return std::nullopt;
  const double errors = quantile(boost::math::normal(), 1 - claim.level);
  const double spread = sample_standard_deviation(claim.values);
  const double seeds = std::ceil(std::pow(errors * spread / claim.distance, 2));
  if (!(seeds <= kMostSeeds)) return std::nullopt;  // not a number, too, where effects are huge
  // Effects near 0 give no p below 2⁻ⁿ. Those there are were not enough, whatever the
  // approximation says.
  const int fewest = static_cast<int>(std::ceil(-std::log2(claim.level)));
  const int one_more = static_cast<int>(evidence.per_seed.size()) + 1;
  return std::max({static_cast<int>(seeds), fewest, one_more});
}

// ---- Verdict of one expectation --------------------------------------------------------------

// Says "p 0.02", or why that is not enough.
std::string in_words(double p) {
  return p < kSignificance ? absl::StrFormat("p %.2g", p)
                           : absl::StrFormat("but p %.2g is not below %.2g", p, kSignificance);
}

// Of an invariance, with no size counted beyond `largest`.
double mean_size(const Evidence& evidence, double largest) {
  return mean(sizes_up_to(largest, evidence));
}

// Names the seeds whose effect counted as less than it was.
void note_clipped(const Evidence& evidence, double smallest_effect, ExpectationVerdict& result) {
  const double largest = kClip * smallest_effect;
  double farthest = 0;
  for (size_t i = 0; i < evidence.per_seed.size(); ++i) {
    const double effect = evidence.per_seed[i];
    const double size =
        evidence.kind == ExpectationKind::kDirection ? effect : std::abs(effect);
    if (size <= largest) continue;
    result.clipped.push_back(i);
    farthest = std::max(farthest, size);
  }
  if (result.clipped.empty()) return;
  absl::StrAppendFormat(&result.reason, "; %d of %d seeds counted as %.3g, the largest is %.3g",
                        result.clipped.size(), evidence.per_seed.size(), largest, farthest);
}

void judge_direction(const Evidence& evidence, double smallest_effect,
                     ExpectationVerdict& result) {
  const double p_holds = evidence.primary ? result.p : result.p_adjusted;
  const double p_violated = result.p_against_adjusted;
  const bool is_large = result.mean >= smallest_effect;
  const bool holds = is_large && p_holds < kSignificance;
  const bool violated = p_violated < kSignificance;
  result.p_decides = is_large && !violated ? p_holds : p_violated;
  const std::string beyond = absl::StrFormat("none counted beyond %.3g", kClip * smallest_effect);
  result.seeds_disagree = holds && violated;
  if (result.seeds_disagree) {
    result.reason = absl::StrFormat(
        "the seeds disagree: the mean %.3g is at least %.3g, p %.2g that it is above 0, and with %s it is below, p %.2g",
        result.mean, smallest_effect, p_holds, beyond, p_violated);
  } else if (is_large && !violated) {
    if (holds) result.verdict = Verdict::kHolds;
    result.reason = absl::StrFormat("the mean %.3g is at least %.3g, %s that it is above 0",
                                    result.mean, smallest_effect, in_words(p_holds));
  } else {
    if (violated) result.verdict = Verdict::kViolated;
    result.reason = absl::StrFormat("the mean is %.3g, %s that it is below %.3g, %s", result.mean,
                                    in_words(p_violated), smallest_effect, beyond);
  }
  if (violated) note_clipped(evidence, smallest_effect, result);
}

void judge_invariance(const Evidence& evidence, double smallest_effect,
                      ExpectationVerdict& result) {
  const double p_holds = evidence.primary ? result.p : result.p_adjusted;
  const double p_violated = result.p_against_adjusted;
  const bool holds = p_holds < kSignificance, violated = p_violated < kSignificance;
  const double size = mean_size(evidence, kClip * smallest_effect);
  const bool is_small = size < smallest_effect && !violated;
  result.p_decides = is_small || holds ? p_holds : p_violated;
  const std::string where =
      absl::StrFormat("the mean size, none counted beyond %.3g, is %.3g", kClip * smallest_effect,
                      size);
  result.seeds_disagree = holds && violated;
  if (result.seeds_disagree) {
    result.reason = absl::StrFormat(
        "the seeds disagree: %s, p %.2g that it is below %.3g, and counted up to %.3g it is above, p "
        "%.2g",
        where, p_holds, smallest_effect, 2 * kClip * smallest_effect, p_violated);
  } else if (is_small) {
    if (holds) result.verdict = Verdict::kHolds;
    result.reason = absl::StrFormat("%s, %s that it is below %.3g", where, in_words(p_holds),
                                    smallest_effect);
  } else {
    if (violated) result.verdict = Verdict::kViolated;
    result.reason =
        absl::StrFormat("the mean size, none counted beyond %.3g, is %.3g, %s that it is above %.3g",
                        2 * kClip * smallest_effect, mean_size(evidence, 2 * kClip * smallest_effect),
                        in_words(p_violated), smallest_effect);
  }
  if (holds) note_clipped(evidence, smallest_effect, result);
}

void explain_inconclusive(const Evidence& evidence, double smallest_effect, size_t family,
                          ExpectationVerdict& result) {
  if (evidence.per_seed.size() == 1) {
    result.reason = "one seed shows no spread";
    return;
  }
  if (result.seeds_disagree) return;  // more of the same would not agree
  result.seeds_to_decide = seeds_to_decide(evidence, smallest_effect, family);
  if (result.seeds_to_decide.has_value()) {
    absl::StrAppend(&result.reason, "; about ", *result.seeds_to_decide, " seeds would decide it");
  } else {
    absl::StrAppend(&result.reason, "; the mean is so near to the bound that ", kMostSeeds,
                    " seeds would not decide it");
  }
}

// Gives the open expectations of one family their adjusted p's and verdicts.
void judge_family(std::span<const Evidence> evidence, bool primary, double smallest_effect,
                  std::vector<ExpectationVerdict>& results) {
  std::vector<size_t> family;
  std::vector<double> p_values, p_against;
  for (size_t i = 0; i < evidence.size(); ++i) {
    if (evidence[i].primary != primary || !is_open(results[i])) continue;
    family.push_back(i);
    p_values.push_back(results[i].p);
    p_against.push_back(results[i].p_against);
  }
  const std::vector<double> adjusted = holm(p_values), against_adjusted = holm(p_against);
  for (size_t k = 0; k < family.size(); ++k) {
    const Evidence& own = evidence[family[k]];
    ExpectationVerdict& result = results[family[k]];
    result.p_adjusted = adjusted[k];
    result.p_against_adjusted = against_adjusted[k];
    if (own.kind == ExpectationKind::kDirection) {
      judge_direction(own, smallest_effect, result);
    } else {
      judge_invariance(own, smallest_effect, result);
    }
    if (!own.disputed.empty()) {
      result.verdict = Verdict::kInconclusive;
      absl::StrAppend(&result.reason, "; but ", own.disputed);
    } else if (result.verdict == Verdict::kInconclusive) {
      explain_inconclusive(own, smallest_effect, family.size(), result);
    }
  }
}

Verdict combine(std::span<const Evidence> evidence, std::span<const ExpectationVerdict> results) {
  std::vector<Verdict> primary;
  for (size_t i = 0; i < evidence.size(); ++i) {
    if (evidence[i].primary) primary.push_back(results[i].verdict);
  }
  const size_t decided = std::erase(primary, Verdict::kDecidedByRegime);
  if (decided > 0 && primary.empty()) return Verdict::kDecidedByRegime;
  const auto any = [&](Verdict verdict) {
    return std::find(primary.begin(), primary.end(), verdict) != primary.end();
  };
  if (any(Verdict::kViolated)) return Verdict::kViolated;
  if (any(Verdict::kNotMeasured) || primary.empty()) return Verdict::kNotMeasured;
  return any(Verdict::kInconclusive) ? Verdict::kInconclusive : Verdict::kHolds;
}

}  // namespace

DesideratumVerdict judge(std::span<const Evidence> evidence, double smallest_effect,
                         Detail detail) {
  DesideratumVerdict result;
  for (const Evidence& own : evidence) {
    result.expectations.push_back(measure(own, smallest_effect, detail));
  }
  for (const bool primary : {true, false}) {
    judge_family(evidence, primary, smallest_effect, result.expectations);
  }
  result.verdict = combine(evidence, result.expectations);
  return result;
}

int fewest_seeds_to_hold(size_t tests) {
  return static_cast<int>(std::floor(std::log2(static_cast<double>(tests) / kSignificance))) + 1;
}

int fewest_seeds(size_t expectations) {
  const double to_violate = std::log(static_cast<double>(expectations) / kSignificance) /
                            std::log(kClip * 2);
  return std::min(fewest_seeds_to_hold(), static_cast<int>(std::floor(to_violate)) + 1);
}

absl::StatusOr<double> self_scale(std::span<const double> diagonal) {
  std::vector<double> measured;
  std::copy_if(diagonal.begin(), diagonal.end(), std::back_inserter(measured),
               [](double cell) { return !std::isnan(cell); });
  if (measured.empty()) {
    return absl::FailedPreconditionError(
        absl::StrFormat("no influence of a sample on itself could be measured (%d were tried), so "
                        "that effects have "
                        "no unit; where training made the losses infinite, a smaller --lr helps",
                        diagonal.size()));
  }
  const double scale = median(measured);
  if (std::isfinite(scale) && scale > 0) return scale;
  return absl::FailedPreconditionError(absl::StrFormat(
      "the samples do not learn themselves at this learning rate: the median of %d influences of a "
      "sample on itself is %.3g, and must be above 0 to be the unit of all effects; choose another "
      "--lr, or --lr auto to have one found",
      measured.size(), scale));
}

}  // namespace eif
