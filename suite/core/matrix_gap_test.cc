#include "suite/core/matrix_gap.h"

#include <gmock/gmock.h>

#include <cmath>
#include <vector>

namespace eif {
namespace {

Matrix filled(const std::vector<std::string>& trained, const std::vector<std::string>& evaluated,
              const std::vector<double>& cells) {
  Matrix matrix(trained, evaluated);
  for (size_t i = 0; i < cells.size(); ++i) {
    matrix.at(i / matrix.columns(), i % matrix.columns()) = cells[i];
  }
  return matrix;
}

TEST(GapBetween, FindsTheLargestDifferenceAndTheRankCorrelation) {
  const Matrix oracle = filled({"a", "b"}, {"a", "b"}, {4, 1, -8, 3});
  const Matrix matrix = filled({"a", "b"}, {"a", "b"}, {4, 3, -7.5, 2});
  const MatrixGap gap = gap_between(matrix, oracle);
  EXPECT_EQ(gap.cells, 4u);
  EXPECT_EQ(gap.largest, 2);
  EXPECT_EQ(gap.trained, "a");
  EXPECT_EQ(gap.evaluated, "b");
  EXPECT_EQ(gap.largest_cell, 8);
  // Ranks 4 3 1 2 against 4 2 1 3: 1 − 6 · 2 / (4 · 15).
  EXPECT_NEAR(gap.spearman, 0.8, 1e-15);
}

TEST(GapBetween, MatchesCellsById) {
  const Matrix oracle = filled({"b"}, {"c", "a"}, {5, 6});
  const Matrix matrix = filled({"a", "b"}, {"a", "b", "c"}, {0, 0, 0, 6, 0, 5});
  const MatrixGap gap = gap_between(matrix, oracle);
  EXPECT_EQ(gap.cells, 2u);
  EXPECT_EQ(gap.largest, 0);
  EXPECT_NEAR(gap.spearman, 1, 1e-15);
}

TEST(GapBetween, LeavesOutWhatEitherCouldNotMeasure) {
  const double none = Matrix::kUnmeasured;
  const Matrix oracle = filled({"a", "b"}, {"a", "b"}, {1, none, 2, 3});
  const Matrix matrix = filled({"a", "b"}, {"a", "b"}, {1.5, 9, none, 3});
  const MatrixGap gap = gap_between(matrix, oracle);
  EXPECT_EQ(gap.cells, 2u);
  EXPECT_EQ(gap.largest, 0.5);
}

TEST(GapBetween, OfMatricesWithNothingInCommonIsNoNumber) {
  const MatrixGap gap = gap_between(filled({"a"}, {"a"}, {1}), filled({"b"}, {"a"}, {1}));
  EXPECT_EQ(gap.cells, 0u);
  EXPECT_TRUE(std::isnan(gap.largest));
  EXPECT_TRUE(std::isnan(gap.spearman));
}

}  // namespace
}  // namespace eif
