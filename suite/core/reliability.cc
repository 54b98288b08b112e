#include "suite/core/reliability.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>

#include "boost/math/distributions/normal.hpp"
#include "suite/core/random.h"
#include "suite/core/statistics.h"
#include "suite/core/verdict.h"

namespace eif {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr size_t kFewestCells = 3;  // two always correlate perfectly
// Variances below this share of the mean square are rounding, of numbers that do not differ.
constexpr double kRounding = 1e-24;

// Sums over the cells of the products of each two seeds' ranks, less their mean. The correlation of
// any halves follows from it, without their means being formed.
class SeedProducts {
 public:
  explicit SeedProducts(std::span<const std::vector<double>> per_seed)
      : seeds_(per_seed.size()), products_(seeds_ * seeds_, 0.0) {
    std::vector<size_t> finite;
    for (size_t cell = 0; cell < per_seed.front().size(); ++cell) {
      const bool everywhere =
          std::all_of(per_seed.begin(), per_seed.end(),
                      [&](const std::vector<double>& cells) { return std::isfinite(cells[cell]); });
      if (everywhere) finite.push_back(cell);
    }
    cells_ = finite.size();
    std::vector<std::vector<double>> deviations;
    for (const std::vector<double>& cells : per_seed) {
      std::vector<double> values;
      for (const size_t cell : finite) values.push_back(cells[cell]);
      std::vector<double>& own = deviations.emplace_back(ranks(values));
      const double center = mean(own);
      for (double& value : own) {
        squares_ += value * value;
        value -= center;
      }
    }
    for (size_t a = 0; a < seeds_; ++a) {
      for (size_t b = 0; b < seeds_; ++b) {
        products_[a * seeds_ + b] = std::inner_product(deviations[a].begin(), deviations[a].end(),
                                                       deviations[b].begin(), 0.0);
      }
    }
  }

  size_t cells() const { return cells_; }

  // Correlates the mean of the seeds in `half` with that of the others, over the cells.
  double correlation(const std::vector<bool>& half) const {
    double within = 0, without = 0, between = 0;
    for (size_t a = 0; a < seeds_; ++a) {
      for (size_t b = 0; b < seeds_; ++b) {
        const double product = products_[a * seeds_ + b];
        if (half[a] != half[b]) {
          between += product / 2;
        } else {
          (half[a] ? within : without) += product;
        }
      }
    }
    const double rounding = kRounding * squares_;
    if (within <= rounding || without <= rounding) return kNaN;
    return std::clamp(between / std::sqrt(within * without), -1.0, 1.0);
  }

 private:
  size_t seeds_;
  size_t cells_ = 0;
  double squares_ = 0;
  std::vector<double> products_;
};

// Goes through every way to take ⌊n/2⌋ of n seeds; of two halves of one size only one counts.
std::vector<std::vector<bool>> all_halves(size_t seeds) {
  std::vector<std::vector<bool>> halves;
  for (uint32_t mask = 0; mask < (1u << seeds); ++mask) {
    if (std::popcount(mask) != static_cast<int>(seeds / 2)) continue;
    if (seeds % 2 == 0 && (mask & 1) != 0) continue;
    std::vector<bool>& half = halves.emplace_back();
    for (size_t seed = 0; seed < seeds; ++seed) half.push_back((mask >> seed & 1) != 0);
  }
  return halves;
}

std::vector<std::vector<bool>> random_halves(size_t seeds) {
  SeededRandom random(0, "split halves");
  std::vector<size_t> order(seeds);
  std::iota(order.begin(), order.end(), size_t{0});
  std::vector<std::vector<bool>> halves;
  for (size_t split = 0; split < kRandomSplits; ++split) {
    shuffle(order, random);
    std::vector<bool>& half = halves.emplace_back(seeds, false);
    for (size_t i = 0; i < seeds / 2; ++i) half[order[i]] = true;
  }
  return halves;
}

}  // namespace

double signal_to_noise(std::span<const double> values) {
  const bool finite =
      std::all_of(values.begin(), values.end(), [](double value) { return std::isfinite(value); });
  const double noise = finite ? sample_standard_deviation(values) : kNaN;
  return noise > 0 ? std::abs(mean(values)) / noise : kNaN;
}

std::optional<int> seeds_to_resolve(double signal_to_noise) {
  const double z = quantile(boost::math::normal(), 1 - (1 - kConfidence) / 2);
  const double seeds = std::ceil(std::pow(z / signal_to_noise, 2));
  if (!(seeds <= kMostSeeds)) return std::nullopt;
  return std::max(2, static_cast<int>(seeds));
}

double spearman_brown(double half_correlation) {
  return 2 * half_correlation / (1 + std::abs(half_correlation));
}

double split_half_reliability(std::span<const std::vector<double>> per_seed) {
  if (per_seed.size() < 2) return kNaN;
  assert(std::all_of(per_seed.begin(), per_seed.end(), [&](const std::vector<double>& cells) {
    return cells.size() == per_seed.front().size();
  }));
  const SeedProducts products(per_seed);
  if (products.cells() < kFewestCells) return kNaN;
  const std::vector<std::vector<bool>> halves = per_seed.size() <= kMostSeedsSplitInAllWays
                                                    ? all_halves(per_seed.size())
                                                    : random_halves(per_seed.size());
  double sum = 0;
  for (const std::vector<bool>& half : halves) sum += products.correlation(half);
  return spearman_brown(sum / static_cast<double>(halves.size()));
}

}  // namespace eif
