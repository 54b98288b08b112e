// Statistics of a few numbers, one per seed: how large and how certain. How alike numbers are is in
// eif/statistics.h, which desiderata use, too.
//
//   const std::vector<double> effects = {0.41, 0.52, 0.37, 0.46};
//   const eif::Interval interval = eif::bootstrap_mean_bca(effects);
//   const double p = eif::sign_flip_p(effects);  // 1/16: the smallest p that four seeds can give
//
// Values must be finite. Every function is deterministic: where random numbers are drawn, they are
// the same at each call. NaN is the answer where there are too few values to have one.
#pragma once

#include <cstddef>
#include <limits>
#include <span>
#include <vector>

#include "eif/statistics.h"  // mean, median, correlations

namespace eif {

// Both ends belong to it. NaN: unknown.
struct Interval {
  double low = std::numeric_limits<double>::quiet_NaN();
  double high = std::numeric_limits<double>::quiet_NaN();
};

// With n − 1 in the denominator.
double sample_standard_deviation(std::span<const double> values);

// Confidence interval of the mean by the bias-corrected and accelerated bootstrap: B. Efron,
// "Better Bootstrap Confidence Intervals", Journal of the American Statistical Association 82
// (1987). One value has no spread to learn from: NaN. Equal values v give [v, v].
// `confidence` is in (0, 0.999], `resamples` 1 or more.
Interval bootstrap_mean_bca(std::span<const double> values, double confidence = 0.95,
                            int resamples = 9999);

// Up to this many values sign_flip_p goes through all sign patterns.
inline constexpr size_t kMostValuesEnumerated = 16;

// p of "the mean is above 0" against "each value could as well have had the opposite sign": the
// share of sign patterns whose sum is at least the one observed. Exact up to
// kMostValuesEnumerated values; above that from 99,999 random patterns, the observed one counted
// as one more, so that p is never 0.
double sign_flip_p(std::span<const double> values);
// That of "the mean is above `bound`", seen from `sign` · value.
double sign_flip_p_beyond(std::span<const double> values, double sign, double bound);

// p-values adjusted so that, whichever of the hypotheses are true, the chance that any true one is
// rejected is no larger than the level: S. Holm, "A Simple Sequentially Rejective Multiple Test
// Procedure", Scandinavian Journal of Statistics 6 (1979). In the order of p_values.
std::vector<double> holm(std::span<const double> p_values);

}  // namespace eif
