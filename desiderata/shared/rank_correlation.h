// Rank correlations (Spearman), for expectations about "the closer, the more".
//
//   const double rho = spearman(influences, distances);  // −1: the closer, the more, always
#pragma once

#include <vector>

namespace eif {

// Correlation of the ranks of x and y, which are as long as each other; equal values share the mean
// of their ranks. NaN where a value is, or where all values of one of them are equal.
double spearman(const std::vector<double>& x, const std::vector<double>& y);

// The same for what is left of the ranks of x and y once those of z are accounted for:
// (ρxy − ρxz·ρyz) / √((1 − ρxz²)·(1 − ρyz²)). NaN where z leaves nothing of one of them.
double partial_spearman(const std::vector<double>& x, const std::vector<double>& y,
                        const std::vector<double>& z);

}  // namespace eif
