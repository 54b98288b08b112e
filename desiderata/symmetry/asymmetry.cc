#include "desiderata/symmetry/asymmetry.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace eif {
namespace {

using Factors = std::vector<double>;  // d of each sample, above 0

// Each step lowers f, and less and less: gains that change no digit of a report end it, in shares of
// all asymmetry and of what is left of it.
constexpr int kMostSteps = 2000;
constexpr double kSmallestGain = 1e-12;
constexpr double kSmallestGainOfRest = 1e-6;

// Of what is left of E when d is given: f(d).
double distance(const Matrix& matrix, const Factors& d) {
  double sum = 0;
  for (size_t i = 0; i < matrix.rows(); ++i) {
    for (size_t j = 0; j < i; ++j) {
      const double crossed = d[j] * matrix.at(i, j) - d[i] * matrix.at(j, i);
      sum += crossed * crossed / (d[i] * d[i] + d[j] * d[j]);
    }
  }
  return sum;
}

// Alternating least squares: the best S for these factors, and the best factors for that S. A
// factor that would not be above 0 stays as it is.
Factors better_factors(const Matrix& matrix, const Factors& d) {
  Factors better = d;
  for (size_t i = 0; i < matrix.rows(); ++i) {
    double products = 0, squares = 0;
    for (size_t j = 0; j < matrix.rows(); ++j) {
      if (i == j) continue;
      const double shared =
          (d[i] * matrix.at(i, j) + d[j] * matrix.at(j, i)) / (d[i] * d[i] + d[j] * d[j]);
      products += matrix.at(i, j) * shared;
      squares += shared * shared;
    }
    if (products > 0) better[i] = products / squares;
  }
  return better;
}

}  // namespace

Asymmetry decompose_asymmetry(const Matrix& matrix) {
  Factors d(matrix.rows(), 1.0);
  const double all = distance(matrix, d);
  if (std::isnan(all)) return {};
  if (all == 0) return {0, 0};
  double left = all;
  for (int step = 0; step < kMostSteps; ++step) {
    d = better_factors(matrix, d);
    const double now = distance(matrix, d);
    const bool done = left - now <= std::max(kSmallestGain * all, kSmallestGainOfRest * left);
    left = std::min(left, now);
    if (done) break;
  }
  return {1 - left / all, left / all};
}

Matrix normalised_kernel(const Matrix& matrix) {
  std::vector<size_t> learners;
  std::vector<std::string> ids;
  for (size_t i = 0; i < matrix.rows(); ++i) {
    if (!(matrix.at(i, i) > 0)) continue;
    learners.push_back(i);
    ids.push_back(matrix.trained_ids()[i]);
  }
  Matrix kernel(ids, ids);
  for (size_t row = 0; row < learners.size(); ++row) {
    for (size_t column = 0; column < learners.size(); ++column) {
      const size_t i = learners[row], j = learners[column];
      kernel.at(row, column) = matrix.at(i, j) / std::sqrt(matrix.at(i, i) * matrix.at(j, j));
    }
  }
  return kernel;
}

}  // namespace eif
