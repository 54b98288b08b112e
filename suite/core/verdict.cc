#include "suite/core/verdict.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <iterator>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "boost/math/distributions/normal.hpp"
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

double equivalence_p(const std::vector<double>& per_seed, double smallest_effect) {
  return std::max(sign_flip_p_beyond(per_seed, -1, -smallest_effect),
                  sign_flip_p_beyond(per_seed, 1, -smallest_effect));
}

// Measures all but the adjusted p's and what follows from them.
ExpectationVerdict measure(const Evidence& evidence, double smallest_effect) {
  ExpectationVerdict result;
  result.reason = what_is_missing(evidence.per_seed);
  if (!result.reason.empty()) return result;
  result.verdict = Verdict::kInconclusive;
  result.mean = mean(evidence.per_seed);
  result.interval = bootstrap_mean_bca(evidence.per_seed, kConfidence);
  result.signal_to_noise = signal_to_noise(evidence.per_seed);
  result.seeds_to_resolve = seeds_to_resolve(result.signal_to_noise);
  if (evidence.kind == ExpectationKind::kDirection) {
    result.p = sign_flip_p(evidence.per_seed);
    result.p_against = sign_flip_p_beyond(evidence.per_seed, -1, -smallest_effect);
  } else {
    result.p = equivalence_p(evidence.per_seed, smallest_effect);
    result.p_against =
        sign_flip_p_beyond(evidence.per_seed, result.mean < 0 ? -1 : 1, smallest_effect);
  }
  return result;
}

bool is_measured(const ExpectationVerdict& result) {
  return result.verdict != Verdict::kNotMeasured;
}

// ---- Seeds -----------------------------------------------------------------------------------

// Effects are of the order of 1: a mean this near to a bound is on it.
constexpr double kRounding = 1e-12;

// How far the mean is from the bound that has to be cleared, by how many standard errors, so that
// both the interval and the p do.
struct Gap {
  double distance;
  double standard_errors;
  int fewest_seeds;
};

double normal_quantile(double share) { return quantile(boost::math::normal(), share); }

Gap gap_to_decision(ExpectationKind kind, double mean, double smallest_effect, size_t family) {
  // At worst Holm asks for the level divided by the whole family.
  const double level = kSignificance / static_cast<double>(family);
  const double errors =
      std::max(normal_quantile(1 - (1 - kConfidence) / 2), normal_quantile(1 - level));
  const int fewest = fewest_seeds(family);
  if (kind == ExpectationKind::kInvariance) {
    return {std::abs(smallest_effect - std::abs(mean)), errors, fewest};
  }
  return {mean < smallest_effect ? smallest_effect - mean : mean, errors, fewest};
}

// Estimates by the normal approximation how many seeds would decide, should mean and spread stay as
// they are. It takes two seeds at least to know the spread.
std::optional<int> seeds_to_decide(const Evidence& evidence, double mean, double smallest_effect,
                                   size_t family) {
  const double spread = sample_standard_deviation(evidence.per_seed);
  const Gap gap = gap_to_decision(evidence.kind, mean, smallest_effect, family);
  if (gap.distance < kRounding) return std::nullopt;
  const double seeds = std::ceil(std::pow(gap.standard_errors * spread / gap.distance, 2));
  if (!(seeds <= kMostSeeds)) return std::nullopt;  // not a number, too, where effects are huge
  // Those there are were not enough, whatever the approximation says.
  const int one_more = static_cast<int>(evidence.per_seed.size()) + 1;
  return std::max({static_cast<int>(seeds), gap.fewest_seeds, one_more});
}

// ---- Verdict of one expectation --------------------------------------------------------------

std::string in_words(const Interval& interval) {
  return absl::StrFormat("the interval [%.3g, %.3g]", interval.low, interval.high);
}

// Says "adjusted p 0.02", or why that is not enough.
std::string in_words(double p_adjusted) {
  return p_adjusted < kSignificance ? absl::StrFormat("adjusted p %.2g", p_adjusted)
                                    : absl::StrFormat("but the adjusted p %.2g is not below %.2g",
                                                      p_adjusted, kSignificance);
}

void judge_direction(double smallest_effect, ExpectationVerdict& result) {
  const std::string interval = in_words(result.interval);
  const bool above_zero = result.interval.low > 0;
  const bool large = result.mean >= smallest_effect;
  if (above_zero && large) {
    if (result.p_adjusted < kSignificance) result.verdict = Verdict::kHolds;
    result.reason = absl::StrFormat("%s is above 0, the mean %.3g is at least %.3g, %s", interval,
                                    result.mean, smallest_effect, in_words(result.p_adjusted));
  } else if (result.interval.high < smallest_effect) {
    if (result.p_against_adjusted < kSignificance) result.verdict = Verdict::kViolated;
    result.reason = absl::StrFormat("%s is below %.3g, %s", interval, smallest_effect,
                                    in_words(result.p_against_adjusted));
  } else if (!large) {
    result.reason = absl::StrFormat("the mean %.3g is below %.3g, but %s is not", result.mean,
                                    smallest_effect, interval);
  } else {
    result.reason = absl::StrCat(interval, " is not above 0");
  }
}

void judge_invariance(double smallest_effect, ExpectationVerdict& result) {
  const Interval& interval = result.interval;
  const std::string where = in_words(interval);
  if (interval.low > -smallest_effect && interval.high < smallest_effect) {
    if (result.p_adjusted < kSignificance) result.verdict = Verdict::kHolds;
    result.reason = absl::StrFormat("%s is inside ±%.3g, %s", where, smallest_effect,
                                    in_words(result.p_adjusted));
  } else if (interval.low > smallest_effect || interval.high < -smallest_effect) {
    if (result.p_against_adjusted < kSignificance) result.verdict = Verdict::kViolated;
    result.reason = absl::StrFormat("%s is outside ±%.3g, %s", where, smallest_effect,
                                    in_words(result.p_against_adjusted));
  } else {
    result.reason =
        absl::StrFormat("%s is neither inside nor outside ±%.3g", where, smallest_effect);
  }
}

void explain_inconclusive(const Evidence& evidence, double smallest_effect, size_t family,
                          ExpectationVerdict& result) {
  if (evidence.per_seed.size() == 1) {
    result.reason = "one seed shows no spread and gives no interval";
    return;
  }
  result.seeds_to_decide = seeds_to_decide(evidence, result.mean, smallest_effect, family);
  if (result.seeds_to_decide.has_value()) {
    absl::StrAppend(&result.reason, "; about ", *result.seeds_to_decide, " seeds would decide it");
  } else {
    absl::StrAppend(&result.reason, "; the mean is so near to the bound that ", kMostSeeds,
                    " seeds would not decide it");
  }
}

// Gives the measured expectations of one family their adjusted p's and verdicts.
void judge_family(std::span<const Evidence> evidence, bool primary, double smallest_effect,
                  std::vector<ExpectationVerdict>& results) {
  std::vector<size_t> family;
  std::vector<double> p_values, p_against;
  for (size_t i = 0; i < evidence.size(); ++i) {
    if (evidence[i].primary != primary || !is_measured(results[i])) continue;
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
      judge_direction(smallest_effect, result);
    } else {
      judge_invariance(smallest_effect, result);
    }
    if (result.verdict == Verdict::kInconclusive) {
      explain_inconclusive(own, smallest_effect, family.size(), result);
    }
  }
}

Verdict combine(std::span<const Evidence> evidence, std::span<const ExpectationVerdict> results) {
  std::vector<Verdict> primary;
  for (size_t i = 0; i < evidence.size(); ++i) {
    if (evidence[i].primary) primary.push_back(results[i].verdict);
  }
  const auto any = [&](Verdict verdict) {
    return std::find(primary.begin(), primary.end(), verdict) != primary.end();
  };
  if (any(Verdict::kViolated)) return Verdict::kViolated;
  if (any(Verdict::kNotMeasured) || primary.empty()) return Verdict::kNotMeasured;
  return any(Verdict::kInconclusive) ? Verdict::kInconclusive : Verdict::kHolds;
}

}  // namespace

DesideratumVerdict judge(std::span<const Evidence> evidence, double smallest_effect) {
  DesideratumVerdict result;
  for (const Evidence& own : evidence) {
    result.expectations.push_back(measure(own, smallest_effect));
  }
  for (const bool primary : {true, false}) {
    judge_family(evidence, primary, smallest_effect, result.expectations);
  }
  result.verdict = combine(evidence, result.expectations);
  return result;
}

int fewest_seeds(size_t expectations) {
  return static_cast<int>(std::ceil(std::log2(static_cast<double>(expectations) / kSignificance)));
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
