#include "suite/core/bounded_mean.h"

#include <cassert>
#include <limits>
#include <vector>

namespace eif {
namespace {

// The probability that Σ Dᵢ vᵢ is at least 0, D uniform on the simplex of as many corners.
double weighted_mean_is_not_negative(std::span<const double> values) {
  std::vector<double> below, not_below;
  for (const double value : values) (value < 0 ? below : not_below).push_back(value);
  // share[k]: of the simplex whose corners are the first k of those below and the others that were
  // gone through, the part in which the sum is not below 0.
  std::vector<double> share(below.size() + 1, 0.0);
  share[0] = 1;
  for (const double high : not_below) {
    for (size_t k = 1; k < share.size(); ++k) {
      const double low = below[k - 1];
      share[k] = (high * share[k - 1] - low * share[k]) / (high - low);
    }
  }
  return share.back();
}

}  // namespace

double gaffke_p_below(std::span<const double> values, double largest, double bound) {
  assert(bound < largest);
  if (values.empty()) return std::numeric_limits<double>::quiet_NaN();
  std::vector<double> beyond;
  for (const double value : values) {
    assert(value <= largest);
    beyond.push_back(value - bound);
  }
  beyond.push_back(largest - bound);
  return weighted_mean_is_not_negative(beyond);
}

}  // namespace eif
