// Statistics that desiderata and the harness share: centres, ranks and correlations.
//
//   const double rho = eif::spearman(influences, distances);  // −1: the closer, the more, always
//
// A NaN among the values makes the answer NaN, as no values at all do: a number from fewer values
// than it claims would not be comparable. What desiderata take from whole matrices is in
// eif/matrix_summary.h.
#pragma once

#include <span>
#include <vector>

namespace eif {

double mean(std::span<const double> values);
// Between the two middle values of an even number.
double median(std::span<const double> values);

// Each value's place in ascending order, from 0; equal values share the mean of their places. Empty
// where a value is NaN, which has no place.
std::vector<double> ranks(std::span<const double> values);

// The correlations are in [−1, 1]. They are NaN where x or y does not vary, and where the two differ
// in length.

double pearson(std::span<const double> x, std::span<const double> y);
// Pearson's correlation of the ranks.
double spearman(std::span<const double> x, std::span<const double> y);
// Spearman's correlation of what is left of x and y once the ranks of z are accounted for:
// (ρxy − ρxz·ρyz) / √((1 − ρxz²)·(1 − ρyz²)). NaN also where z leaves nothing of one of them.
double partial_spearman(std::span<const double> x, std::span<const double> y,
                        std::span<const double> z);

}  // namespace eif
