// Whether numbers would come out again with other seeds.
//
//   signal_to_noise(effects);             // of one expectation: |mean| / spread over the seeds
//   seeds_to_resolve(0.4);                // 25 seeds tell a mean of 0.4 spreads from 0
//   split_half_reliability(cells_by_seed);  // of a whole matrix
//
// Everything is deterministic. NaN is the answer where there is none.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace eif {

// |mean| / sample standard deviation. NaN for fewer than two values, where one is not finite, and
// where all are equal, which have no noise to compare with.
double signal_to_noise(std::span<const double> values);

// The fewest seeds, 2 at least, with which a 95 % interval of the mean, by the normal
// approximation, would leave out 0: ⌈(z / signal to noise)²⌉. Unset where that is above kMostSeeds
// (verdict.h), or the signal to noise is NaN.
std::optional<int> seeds_to_resolve(double signal_to_noise);

// What the correlation of two halves says of the whole: 2r / (1 + r), C. Spearman and W. Brown,
// British Journal of Psychology 3 (1910). For r < 0, which no reliability can be, 2r / (1 − r): the
// other formula is unbounded there, and this one is its mirror image.
double spearman_brown(double half_correlation);

// Up to this many seeds every way of splitting them is taken; above it, kRandomSplits random ones.
inline constexpr size_t kMostSeedsSplitInAllWays = 10;
inline constexpr size_t kRandomSplits = 200;

// per_seed[s][c]: cell c of seed s; as many cells for each seed. Each seed's cells are ranked among
// themselves. The seeds are split into two halves (of ⌊n/2⌋ and ⌈n/2⌉), and the mean ranks of the
// halves are correlated over the cells (Pearson). The mean correlation of many splits is corrected
// by spearman_brown(): what the correlation of this run's mean ranks with those of as many other
// seeds should be. Ranks, because a seed whose cells are fifty times as large as the others' would
// be all that is left of the mean of its half; so each seed has the same weight. Cells that are not
// finite in some seed are left out. NaN for fewer than two seeds or three such cells, and where the
// cells do not differ.
double split_half_reliability(std::span<const std::vector<double>> per_seed);

}  // namespace eif
