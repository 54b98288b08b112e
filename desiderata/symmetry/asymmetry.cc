#include "desiderata/symmetry/asymmetry.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace eif {
namespace {

using Factors = std::vector<double>;  // d of each sample, above 0

// Each step lowers f, and less and less: gains that change no digit of a report end it, in shares
// of all asymmetry and of what is left of it. That takes some 150 steps where there are factors to
// be found in 100 samples. Of mere noise factors run off to 0 and infinity, and thousands of steps
// would add 0.02 to a share that says nothing.
constexpr int kMostSteps = 200;
constexpr double kSmallestGain = 1e-12;
constexpr double kSmallestGainOfRest = 1e-6;

// Of factors d: f(d), and the next ones.
struct Step {
  double left;
  Factors better;
};

// Alternating least squares: the best S for these factors, and the best factors for that S. A
// factor that would not be above 0 stays as it is.
Step step_from(const Matrix& matrix, const Factors& d) {
  const size_t samples = matrix.rows();
  double left = 0;
  std::vector<double> products(samples), squares(samples);
  for (size_t i = 0; i < samples; ++i) {
    for (size_t j = 0; j < i; ++j) {
      const double forth = matrix.at(i, j), back = matrix.at(j, i);
      const double weight = 1 / (d[i] * d[i] + d[j] * d[j]);
      const double shared = (d[i] * forth + d[j] * back) * weight;
      const double crossed = d[j] * forth - d[i] * back;
      left += crossed * crossed * weight;
      products[i] += forth * shared;
      products[j] += back * shared;
      squares[i] += shared * shared;
      squares[j] += shared * shared;
    }
  }
  Step step{left, d};
  for (size_t i = 0; i < samples; ++i) {
    if (products[i] > 0) step.better[i] = products[i] / squares[i];
  }
  return step;
}

}  // namespace

Asymmetry decompose_asymmetry(const Matrix& matrix) {
  Step step = step_from(matrix, Factors(matrix.rows(), 1.0));
  const double all = step.left;
  if (std::isnan(all)) return {};
  if (all == 0) return {0, 0};
  double left = all;
  for (int steps = 0; steps < kMostSteps; ++steps) {
    step = step_from(matrix, step.better);
    const double gain = left - step.left;
    const bool done = gain <= std::max(kSmallestGain * all, kSmallestGainOfRest * left);
    left = std::min(left, step.left);
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
