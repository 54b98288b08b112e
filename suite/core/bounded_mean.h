// Whether the mean of something bounded is below a bound.
//
//   const std::vector<double> sizes = {0.01, 0.03, 0.00, 0.02, 0.01};  // none can be above 0.2
//   gaffke_p_below(sizes, /*largest=*/0.2, /*bound=*/0.1);  // 0.045: the mean is below 0.1
//
// With ten values nothing valid can be said about a mean without a bound on what was not seen: an
// effect that is huge in one seed of a thousand has any mean (R. R. Bahadur and L. J. Savage,
// Annals of Mathematical Statistics 27 (1956)). So the values have a largest possible one.
#pragma once

#include <span>

namespace eif {

// p of "the mean is below `bound`", from independent values of one law that has nothing above
// `largest`: the probability that Σ Dᵢ vᵢ + D_{n+1} · largest is `bound` or more, D uniform on the
// simplex. Rejecting where it is below a level is N. Gaffke's test ("Three test statistics for a
// nonparametric one-sided hypothesis on the mean of a nonnegative variable", Mathematical Methods of
// Statistics 14 (2005)), whose confidence bound is that of E. Learned-Miller and P. Thomas ("A new
// confidence interval for the mean of a bounded random variable", 2019). That the chance of rejecting
// wrongly is at most the level is their conjecture, and no counterexample is known.
//
// The probability is exact but for rounding, by the recursion of G. Varsi ("The multidimensional
// content of the frustum of the simplex", Pacific Journal of Mathematics 46 (1973)), which only ever
// takes weighted means. No p is below wⁿ with w = (largest − bound) / (largest − smallest value): of
// values of 0 with a bound of half the largest, 2⁻ⁿ. NaN where there is no value. Values are at most
// `largest`, which is above `bound`.
double gaffke_p_below(std::span<const double> values, double largest, double bound);

}  // namespace eif
