// How unevenly numbers are spread: whether a few of them make up most of their sum.
//
//   gini({0, 0, 0, 1});           // 0.75: one has it all
//   top_decile_share({1, 1, 8});  // 0.8: the largest one of three
//
// Values are magnitudes, 0 or more. NaN among them, a sum of 0 or no values at all give NaN.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <numeric>
#include <vector>

#include "eif/matrix.h"

namespace eif {

// Gini coefficient: 0 when all are equal, near 1 when one has everything.
// Σ_k (2k − n − 1) x_k / (n Σ x), k = 1..n, x ascending.
inline double gini(std::vector<double> values) {
  const double sum = std::accumulate(values.begin(), values.end(), 0.0);
  if (!(sum > 0)) return Matrix::kUnmeasured;
  std::sort(values.begin(), values.end());
  const double count = static_cast<double>(values.size());
  double weighted = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    weighted += (2 * static_cast<double>(i) + 1 - count) * values[i];
  }
  return weighted / (count * sum);
}

// Share of the sum that the largest tenth of the values make up, rounded up to whole values.
inline double top_decile_share(std::vector<double> values) {
  const double sum = std::accumulate(values.begin(), values.end(), 0.0);
  if (!(sum > 0)) return Matrix::kUnmeasured;
  std::sort(values.begin(), values.end(), std::greater<>());
  const auto end = values.begin() + static_cast<std::ptrdiff_t>((values.size() + 9) / 10);
  return std::accumulate(values.begin(), end, 0.0) / sum;
}

}  // namespace eif
