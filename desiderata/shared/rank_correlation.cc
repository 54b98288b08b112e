#include "desiderata/shared/rank_correlation.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>

namespace eif {
namespace {

constexpr double kNotANumber = std::numeric_limits<double>::quiet_NaN();

bool has_nan(const std::vector<double>& values) {
  return std::any_of(values.begin(), values.end(), [](double value) { return std::isnan(value); });
}

std::vector<double> ranks(const std::vector<double>& values) {
  std::vector<size_t> order(values.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return values[a] < values[b]; });
  std::vector<double> ranks(values.size());
  for (size_t first = 0; first < order.size();) {
    size_t end = first + 1;
    while (end < order.size() && values[order[end]] == values[order[first]]) ++end;
    const double mean_rank = static_cast<double>(first + end - 1) / 2;
    for (size_t i = first; i < end; ++i) ranks[order[i]] = mean_rank;
    first = end;
  }
  return ranks;
}

double correlation(const std::vector<double>& x, const std::vector<double>& y) {
  // Ranks: both have the same mean.
  const double mean = static_cast<double>(x.size() - 1) / 2;
  double xy = 0, xx = 0, yy = 0;
  for (size_t i = 0; i < x.size(); ++i) {
    xy += (x[i] - mean) * (y[i] - mean);
    xx += (x[i] - mean) * (x[i] - mean);
    yy += (y[i] - mean) * (y[i] - mean);
  }
  return xx == 0 || yy == 0 ? kNotANumber : xy / std::sqrt(xx * yy);
}

}  // namespace

double spearman(const std::vector<double>& x, const std::vector<double>& y) {
  if (x.empty() || has_nan(x) || has_nan(y)) return kNotANumber;
  return correlation(ranks(x), ranks(y));
}

double partial_spearman(const std::vector<double>& x, const std::vector<double>& y,
                        const std::vector<double>& z) {
  const double xy = spearman(x, y), xz = spearman(x, z), yz = spearman(y, z);
  const double left = (1 - xz * xz) * (1 - yz * yz);
  return left > 0 ? (xy - xz * yz) / std::sqrt(left) : kNotANumber;
}

}  // namespace eif
