#include "suite/core/statistics.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <numeric>

#include "boost/math/distributions/normal.hpp"
#include "suite/core/random.h"

namespace eif {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr int kRandomSignPatterns = 99'999;

double sum(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

// Two sums of n of these values, with any signs and repetitions, that are equal in exact arithmetic
// differ by no more than this: each is rounded n − 1 times, by at most half an epsilon of a partial
// sum, and no partial sum is above n times the largest magnitude.
double rounding_of_sums(std::span<const double> values) {
  double largest = 0;
  for (const double value : values) largest = std::max(largest, std::abs(value));
  const auto n = static_cast<double>(values.size());
  return n * n * std::numeric_limits<double>::epsilon() * largest;
}

// Values times a power of two, which changes no digit, so that the cubes of their sums are neither
// too large nor too small for a double. Most are as they were: exponent 0.
struct Scaled {
  std::vector<double> values;
  int exponent = 0;  // value = values[i] · 2^exponent
};

Scaled scaled(std::span<const double> values) {
  constexpr int kLargestExponent =
      256;  // the cube of 2^256, times a million values, is below 2^1023
  double largest = 0;
  for (const double value : values) largest = std::max(largest, std::abs(value));
  Scaled result{{values.begin(), values.end()}};
  if (!std::isfinite(largest) || largest == 0) return result;
  const int exponent = std::ilogb(largest);
  if (std::abs(exponent) <= kLargestExponent) return result;
  result.exponent = exponent;
  for (double& value : result.values) value = std::ldexp(value, -exponent);
  return result;
}

bool all_equal(std::span<const double> values) {
  return std::adjacent_find(values.begin(), values.end(), std::not_equal_to<>()) == values.end();
}

// ---- Bootstrap -------------------------------------------------------------------------------

// So many of the indices that resamples draw are kept for the next call: 4 MB, enough for 100
// seeds.
constexpr size_t kMostIndicesKept = 1'000'000;

// Which of n values the resamples draw, n in a row for each. The same at every call, and most calls
// of a run have the same n: a thread keeps those of the last one.
const std::vector<uint32_t>& resampled_indices(size_t n, size_t count) {
  thread_local size_t kept_n = 0;
  thread_local std::vector<uint32_t> kept;
  if (kept_n == n && kept.size() == count) return kept;
  SeededRandom random(0, "bootstrap");
  kept.resize(count);
  for (uint32_t& index : kept) index = static_cast<uint32_t>(random.below(n));
  kept_n = n;
  return kept;
}

// Sums of n values drawn from the n with replacement, in the order of the draws.
std::vector<double> resampled_sums(std::span<const double> values, int resamples) {
  std::vector<double> sums(static_cast<size_t>(resamples), 0.0);
  const auto add_up = [&](auto&& next_index) {
    for (double& total : sums) {
      for (size_t i = 0; i < values.size(); ++i) total += values[next_index()];
    }
  };
  if (const size_t count = values.size() * sums.size(); count <= kMostIndicesKept) {
    auto index = resampled_indices(values.size(), count).begin();
    add_up([&] { return *index++; });
  } else {
    SeededRandom random(0, "bootstrap");
    add_up([&] { return random.below(values.size()); });
  }
  return sums;
}

// Share of the sums below `observed`; ties count half.
double share_below(std::span<const double> sums, double observed, double tolerance) {
  const double low = observed - tolerance, high = observed + tolerance;
  size_t below = 0, not_above = 0;
  for (const double one : sums) {
    below += one < low ? 1 : 0;
    not_above += one <= high ? 1 : 0;
  }
  const auto ties = static_cast<double>(not_above - below);
  return (static_cast<double>(below) + ties / 2) / static_cast<double>(sums.size());
}

// Efron's acceleration of the mean, a sixth of the skewness of its influence function, from the
// jackknife. Leaving out value i moves the mean in proportion to the deviation of i.
double acceleration(std::span<const double> values) {
  const double center = mean(values);
  double squares = 0, cubes = 0;
  for (const double value : values) {
    const double deviation = value - center;
    squares += deviation * deviation;
    cubes += deviation * deviation * deviation;
  }
  return cubes / (6 * std::pow(squares, 1.5));
}

// Linear between the values in ascending order; share 0 is the first one, share 1 the last. Selects
// instead of sorting, which is most of an interval's cost, and so changes the order of the values.
double quantile_of(std::vector<double>& values, double share) {
  const double position = share * static_cast<double>(values.size() - 1);
  const auto below = values.begin() + static_cast<std::ptrdiff_t>(position);
  std::nth_element(values.begin(), below, values.end());
  const auto after = below + 1;
  const double above = after == values.end() ? *below : *std::min_element(after, values.end());
  return std::lerp(*below, above, position - std::floor(position));
}

// ---- Sign flips ------------------------------------------------------------------------------

// The sums under all 2^n sign patterns. The first is the sum as observed.
std::vector<double> all_signed_sums(std::span<const double> values) {
  std::vector<double> sums = {0.0};
  sums.reserve(size_t{1} << values.size());
  for (const double value : values) {
    const size_t patterns = sums.size();
    for (size_t i = 0; i < patterns; ++i) sums.push_back(sums[i] - value);
    for (size_t i = 0; i < patterns; ++i) sums[i] += value;
  }
  return sums;
}

std::vector<double> random_signed_sums(std::span<const double> values) {
  SeededRandom random(0, "sign flips");
  std::vector<double> sums(kRandomSignPatterns, 0.0);
  for (double& total : sums) {
    for (const double value : values) total += random.below(2) == 0 ? value : -value;
  }
  return sums;
}

// ---- Holm ------------------------------------------------------------------------------------

// Positions of the values in ascending order.
std::vector<size_t> ascending_order(std::span<const double> values) {
  std::vector<size_t> order(values.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return values[a] < values[b]; });
  return order;
}

}  // namespace

double sample_standard_deviation(std::span<const double> values) {
  if (values.size() < 2) return kNaN;
  if (all_equal(values)) return 0;  // their mean may be rounded, and then they would seem to vary
  const Scaled small = scaled(values);
  const double center = mean(small.values);
  double squares = 0;
  for (const double value : small.values) squares += (value - center) * (value - center);
  return std::ldexp(std::sqrt(squares / static_cast<double>(values.size() - 1)), small.exponent);
}

Interval bootstrap_mean_bca(std::span<const double> values, double confidence, int resamples) {
  assert(confidence > 0 && confidence <= 0.999 && resamples >= 1);
  if (values.size() < 2) return {};
  if (all_equal(values)) return {values[0], values[0]};

  const Scaled small = scaled(values);
  std::vector<double> sums = resampled_sums(small.values, resamples);
  const boost::math::normal standard_normal;
  // Finite even where so few resamples were drawn that all lie on one side.
  const double smallest_share = 0.5 / resamples;
  const double bias =
      quantile(standard_normal,
               std::clamp(share_below(sums, sum(small.values), rounding_of_sums(small.values)),
                          smallest_share, 1 - smallest_share));
  // Below 1/6 in magnitude for any values, so that the divisor below stays positive.
  const double skew = acceleration(small.values);
  const auto end = [&](double share) {
    const double shifted = bias + quantile(standard_normal, share);
    const double corrected = cdf(standard_normal, bias + shifted / (1 - skew * shifted));
    return std::ldexp(quantile_of(sums, corrected) / static_cast<double>(values.size()),
                      small.exponent);
  };
  const double outside = (1 - confidence) / 2;
  return {end(outside), end(1 - outside)};
}

double sign_flip_p(std::span<const double> values) {
  if (values.empty()) return kNaN;
  const double at_least = sum(values) - rounding_of_sums(values);
  const bool enumerate = values.size() <= kMostValuesEnumerated;
  const std::vector<double> sums = enumerate ? all_signed_sums(values) : random_signed_sums(values);
  const auto reached = std::count_if(sums.begin(), sums.end(),
                                     [&](double signed_sum) { return signed_sum >= at_least; });
  const int observed = enumerate ? 0 : 1;  // the enumeration has it already
  return static_cast<double>(reached + observed) / static_cast<double>(sums.size() + observed);
}

double sign_flip_p_beyond(std::span<const double> values, double sign, double bound) {
  std::vector<double> beyond;
  for (const double value : values) beyond.push_back(sign * value - bound);
  return sign_flip_p(beyond);
}

std::vector<double> holm(std::span<const double> p_values) {
  std::vector<double> adjusted(p_values.size());
  double largest_so_far = 0;
  auto hypotheses_left = static_cast<double>(p_values.size());
  for (const size_t i : ascending_order(p_values)) {
    largest_so_far = std::max(largest_so_far, std::min(1.0, hypotheses_left * p_values[i]));
    adjusted[i] = largest_so_far;
    --hypotheses_left;
  }
  return adjusted;
}

}  // namespace eif
