#include "reports/paper/findings.h"

#include <gtest/gtest.h>

#include <limits>

namespace eif {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

// Rows and columns a, b.
Matrix matrix_of(double aa, double ab, double ba, double bb) {
  Matrix matrix({"a", "b"}, {"a", "b"});
  matrix.at(0, 0) = aa;
  matrix.at(0, 1) = ab;
  matrix.at(1, 0) = ba;
  matrix.at(1, 1) = bb;
  return matrix;
}

// E − Eᵀ has ±2 off the diagonal, E + Eᵀ 2 everywhere: √(8/16).
TEST(Findings, AsymmetryOfEachCondition) {
  const Matrix skewed = matrix_of(1, 2, 0, 1), symmetric = matrix_of(1, 2, 2, 1);
  EXPECT_EQ(asymmetry_found({{"by fine-tuning", &symmetric, 1}, {"in context", &skewed, kNone}}),
            "asymmetry 0.00 by fine-tuning, 0.71 in context (0: symmetric)");
  const Matrix unmeasured = matrix_of(1, kNone, 0, 1);
  EXPECT_EQ(asymmetry_found({{"by fine-tuning", &unmeasured, 1}}), "");
}

// A cell counts from 0.05 self scales on, on either side of 0; the diagonal does not.
TEST(Findings, DensityOffTheDiagonal) {
  const Matrix half = matrix_of(9, -0.2, 0.04, 9), all = matrix_of(0, 1, 1, 0);
  EXPECT_EQ(density_found({{"by fine-tuning", &half, 1}, {"in context", &all, 1}}),
            "50 % of the cells off the diagonal count by fine-tuning, 100 % in context");
  EXPECT_EQ(density_found({{"by fine-tuning", &half, kNone}}), "");
}

TEST(Findings, RangesLeaveOutWhatIsUnknown) {
  EXPECT_EQ(range_found({0.5, kNone, 1}, "in context"), "0.50 to 1.00 in context");
  EXPECT_EQ(range_found({0.5}, "in context"), "0.50 in context");
  EXPECT_EQ(range_found({kNone}, "in context"), "");
}

TEST(Findings, OfImages) {
  EXPECT_EQ(blocks_found(0.0123, -0.00034),
            "an image helps others of its digit by 0.012 nats, those of other digits by -0.00034");
  EXPECT_EQ(blocks_found(kNone, 1), "");
  EXPECT_EQ(closest_found(matrix_of(9, 1, 2, 9)), "b helps a most");
  EXPECT_EQ(closest_found(matrix_of(9, kNone, kNone, 9)), "");
  EXPECT_EQ(kept_found(0.8, 1, 0.5), "at σ = 0.5 a noisy one teaches 0.8 times what a clean one does");
  EXPECT_EQ(kept_found(kNone, 1, 0.5), "");
}

TEST(Findings, SignsOfWhatWasMeasured) {
  EXPECT_EQ(sign_found({1, -1, 2, kNone, 3}), "75 % of the cells are above 0");
  EXPECT_EQ(sign_found({kNone}), "");
}

TEST(Findings, StandBehindTheSubject) {
  EXPECT_EQ(with_findings("Influence", {"a", "", "b"}), "Influence: a; b");
  EXPECT_EQ(with_findings("Influence", {""}), "Influence");
}

}  // namespace
}  // namespace eif
