#include "desiderata/symmetry/asymmetry.h"

#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace eif {
namespace {

constexpr size_t kSamples = 8;
// What alternating steps that gain 1e-12 at the end leave, and what the last of so many leave.
constexpr double kConverged = 1e-9;
constexpr double kStepsSpent = 1e-4;

Matrix matrix_of(const std::function<double(size_t, size_t)>& cell, size_t samples = kSamples) {
  std::vector<std::string> ids;
  for (size_t i = 0; i < samples; ++i) ids.push_back(std::to_string(i));
  Matrix matrix(ids, ids);
  for (size_t i = 0; i < samples; ++i) {
    for (size_t j = 0; j < samples; ++j) matrix.at(i, j) = cell(i, j);
  }
  return matrix;
}

// Both signs, and no two rows in proportion.
double symmetric(size_t i, size_t j) {
  return std::cos(static_cast<double>(i * j + i + j)) + (i == j ? 3 : 0);
}

// From 0.25 to 4.
double factor(size_t i) { return std::pow(4, std::sin(static_cast<double>(3 * i))); }

// +1 for the next sample, −1 for the one before: every row has as much of either.
double in_a_ring(size_t i, size_t j) {
  if ((i + 1) % kSamples == j) return 1;
  return (j + 1) % kSamples == i ? -1 : 0;
}

TEST(DecomposeAsymmetry, ASymmetricMatrixHasNone) {
  const Asymmetry asymmetry = decompose_asymmetry(matrix_of(symmetric));
  EXPECT_EQ(asymmetry.from_losses, 0);
  EXPECT_EQ(asymmetry.from_kernel, 0);
}

TEST(DecomposeAsymmetry, AFactorPerRowIsTheLosses) {
  const Asymmetry asymmetry = decompose_asymmetry(
      matrix_of([](size_t i, size_t j) { return factor(i) * symmetric(i, j); }));
  EXPECT_NEAR(asymmetry.from_losses, 1, kConverged);
  EXPECT_NEAR(asymmetry.from_kernel, 0, kConverged);
}

TEST(DecomposeAsymmetry, AFactorPerColumnIsTheLossesToo) {
  const Asymmetry asymmetry = decompose_asymmetry(
      matrix_of([](size_t i, size_t j) { return factor(i) * symmetric(i, j) * factor(j + 1); }));
  EXPECT_NEAR(asymmetry.from_losses, 1, kStepsSpent);
}

// Of equal cells, a ring leaves no row with more than its column: no factor would help.
TEST(DecomposeAsymmetry, ARingIsTheKernel) {
  const Asymmetry asymmetry =
      decompose_asymmetry(matrix_of([](size_t i, size_t j) { return 1 + 0.5 * in_a_ring(i, j); }));
  EXPECT_NEAR(asymmetry.from_losses, 0, kConverged);
  EXPECT_NEAR(asymmetry.from_kernel, 1, kConverged);
}

TEST(DecomposeAsymmetry, OfBothEachHasItsShare) {
  const auto mixed = [](double ring) {
    return decompose_asymmetry(matrix_of([ring](size_t i, size_t j) {
      return (1 + 0.2 * static_cast<double>(i)) * (1 + ring * in_a_ring(i, j));
    }));
  };
  const Asymmetry little = mixed(0.05), much = mixed(0.5);
  EXPECT_GT(little.from_losses, 0.9);
  EXPECT_LT(little.from_losses, 1);
  EXPECT_LT(much.from_losses, little.from_losses);
  EXPECT_DOUBLE_EQ(much.from_losses + much.from_kernel, 1);
}

// Two samples always have a factor that explains them, as long as the signs of their cells agree.
TEST(DecomposeAsymmetry, NoPositiveFactorExplainsOppositeSigns) {
  const auto two = [](double forth, double back) {
    return decompose_asymmetry(
        matrix_of([=](size_t i, size_t j) { return i < j   ? forth
                                                   : i > j ? back
                                                           : 1.0; }, 2));
  };
  EXPECT_NEAR(two(0.25, 2).from_losses, 1, kConverged);
  EXPECT_EQ(two(1, -1).from_losses, 0);
}

TEST(DecomposeAsymmetry, TheUnitDoesNotMatter) {
  const auto mixed = [](double unit) {
    return decompose_asymmetry(matrix_of([unit](size_t i, size_t j) {
      return unit * (factor(i) * symmetric(i, j) + 0.3 * in_a_ring(i, j));
    }));
  };
  EXPECT_NEAR(mixed(1e-6).from_losses, mixed(1).from_losses, kConverged);
}

TEST(DecomposeAsymmetry, ACellThatWasNotMeasuredMakesItUnknown) {
  Matrix matrix = matrix_of(symmetric);
  matrix.at(2, 5) = Matrix::kUnmeasured;
  EXPECT_TRUE(std::isnan(decompose_asymmetry(matrix).from_losses));
  EXPECT_TRUE(std::isnan(decompose_asymmetry(matrix).from_kernel));
}

TEST(NormalisedKernel, HasOneOnTheDiagonalAndNoSizes) {
  const auto sized = [](size_t i, size_t j) { return factor(i) * symmetric(i, j) * factor(j); };
  const Matrix plain = normalised_kernel(matrix_of(symmetric));
  const Matrix with_sizes = normalised_kernel(matrix_of(sized));
  for (size_t i = 0; i < kSamples; ++i) {
    EXPECT_DOUBLE_EQ(plain.at(i, i), 1);
    for (size_t j = 0; j < kSamples; ++j) EXPECT_NEAR(with_sizes.at(i, j), plain.at(i, j), 1e-12);
  }
}

TEST(NormalisedKernel, LeavesOutSamplesThatDoNotTeachThemselves) {
  const Matrix all = normalised_kernel(matrix_of(symmetric));
  for (const double own : {0.0, -1.0, Matrix::kUnmeasured}) {
    Matrix matrix = matrix_of(symmetric);
    matrix.at(3, 3) = own;
    const Matrix kernel = normalised_kernel(matrix);
    EXPECT_EQ(kernel.rows(), kSamples - 1);
    EXPECT_EQ(kernel.trained_ids(), kernel.evaluated_ids());
    const std::string &before = all.trained_ids()[2], &after = all.trained_ids()[4];
    EXPECT_EQ(kernel.trained_ids()[3], after);
    EXPECT_EQ(kernel.at(before, after), all.at(before, after));
  }
}

}  // namespace
}  // namespace eif
