#include "eif/statistics.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <limits>
#include <numeric>

namespace eif {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

bool has_nan(std::span<const double> values) {
  return std::any_of(values.begin(), values.end(), [](double value) { return std::isnan(value); });
}

bool all_equal(std::span<const double> values) {
  return std::adjacent_find(values.begin(), values.end(), std::not_equal_to<>()) == values.end();
}

}  // namespace

double mean(std::span<const double> values) {
  if (values.empty()) return kNaN;
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double median(std::span<const double> values) {
  if (values.empty() || has_nan(values)) return kNaN;
  std::vector<double> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  const size_t middle = sorted.size() / 2;
  if (sorted.size() % 2 == 1) return sorted[middle];
  return std::midpoint(sorted[middle - 1], sorted[middle]);
}

std::vector<double> ranks(std::span<const double> values) {
  if (has_nan(values)) return {};
  std::vector<size_t> order(values.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return values[a] < values[b]; });
  std::vector<double> ranks(values.size());
  for (size_t first = 0, after = 0; first < order.size(); first = after) {
    while (after < order.size() && values[order[after]] == values[order[first]]) ++after;
    const double rank = static_cast<double>(first + after - 1) / 2;
    for (size_t i = first; i < after; ++i) ranks[order[i]] = rank;
  }
  return ranks;
}

double pearson(std::span<const double> x, std::span<const double> y) {
  // Values that are all equal may have a rounded mean, and would then seem to vary.
  if (x.size() != y.size() || all_equal(x) || all_equal(y)) return kNaN;
  const double x_center = mean(x), y_center = mean(y);
  double x_squares = 0, y_squares = 0, products = 0;
  for (size_t i = 0; i < x.size(); ++i) {
    const double x_deviation = x[i] - x_center, y_deviation = y[i] - y_center;
    x_squares += x_deviation * x_deviation;
    y_squares += y_deviation * y_deviation;
    products += x_deviation * y_deviation;
  }
  // Rounding may lead out of the range.
  return std::clamp(products / std::sqrt(x_squares * y_squares), -1.0, 1.0);
}

double spearman(std::span<const double> x, std::span<const double> y) {
  if (x.size() != y.size()) return kNaN;
  return pearson(ranks(x), ranks(y));
}

double partial_spearman(std::span<const double> x, std::span<const double> y,
                        std::span<const double> z) {
  const double xy = spearman(x, y), xz = spearman(x, z), yz = spearman(y, z);
  const double left = (1 - xz * xz) * (1 - yz * yz);
  return left > 0 ? (xy - xz * yz) / std::sqrt(left) : kNaN;
}

}  // namespace eif
