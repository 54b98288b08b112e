#include "suite/core/row_checks.h"

#include <cmath>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace eif {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::IsEmpty;

constexpr double kNaN = Matrix::kUnmeasured;

// Row r is norms[r] in its first cell and 0 in its second.
Matrix with_norms(const std::vector<double>& norms) {
  std::vector<std::string> ids;
  for (size_t row = 0; row < norms.size(); ++row) ids.push_back("row" + std::to_string(row));
  Matrix matrix(ids, {"a", "b"});
  for (size_t row = 0; row < norms.size(); ++row) {
    matrix.at(row, 0) = norms[row];
    matrix.at(row, 1) = 0;
  }
  return matrix;
}

std::vector<RowFlag> flags_of(const Matrix& matrix) {
  return check_rows(matrix, std::vector<double>(matrix.rows(), 1.0));
}

TEST(RowChecks, OrdinaryRowsHaveNoFlag) { EXPECT_THAT(flags_of(with_norms({1, 2, 3})), IsEmpty()); }

TEST(RowChecks, ARowThatWasNotMeasuredHasItsReason) {
  Matrix matrix = with_norms({1, kNaN, 3});
  matrix.row_errors()[1] = "the loss is not finite";
  const std::vector<RowFlag> flags = flags_of(matrix);
  ASSERT_EQ(flags.size(), 1u);
  EXPECT_EQ(flags[0].issue, RowIssue::kNotMeasured);
  EXPECT_EQ(flags[0].row, "row1");
  EXPECT_EQ(flags[0].reason, "the loss is not finite");
}

TEST(RowChecks, ACellThatIsNotFiniteIsNotMeasuredEvenWithoutAReason) {
  Matrix matrix = with_norms({1, 2});
  matrix.at(1, 1) = INFINITY;
  EXPECT_THAT(flags_of(matrix), ElementsAre(Field(&RowFlag::issue, RowIssue::kNotMeasured)));
}

TEST(RowChecks, AColumnThatWasNotMeasuredIsNoFaultOfTheRows) {
  Matrix matrix = with_norms({1, 2});
  matrix.at(0, 1) = matrix.at(1, 1) = kNaN;
  matrix.column_errors()[1] = "no scored token";
  EXPECT_THAT(flags_of(matrix), IsEmpty());
}

TEST(RowChecks, ACellThatNobodyAskedForDoesNotCount) {
  Matrix matrix = with_norms({1, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7});
  for (const size_t row : {1, 3, 5, 7}) matrix.at(row, 1) = kNaN;
  matrix.at(6, 0) = matrix.at(6, 1) = kNaN;
  EXPECT_THAT(flags_of(matrix), IsEmpty());
  matrix.at(5, 0) = 1e9;
  EXPECT_THAT(flags_of(matrix), IsEmpty());  // seven rows are left, too few to say what is usual
  matrix.at(6, 1) = 1;
  EXPECT_THAT(flags_of(matrix), ElementsAre(Field(&RowFlag::row, "row5")));
}

TEST(RowChecks, ARowOfZerosIsThatAndNothingElse) {
  const std::vector<RowFlag> flags = check_rows(with_norms({0, 2}), std::vector<double>{0, 1});
  EXPECT_THAT(flags, ElementsAre(Field(&RowFlag::issue, RowIssue::kAllZero)));
}

TEST(RowChecks, ARowThatDoesNotTeachItselfHasItsInfluenceOnItself) {
  const std::vector<RowFlag> flags =
      check_rows(with_norms({1, 2, 3, 4}), std::vector<double>{0.5, -0.25, 0, kNaN});
  ASSERT_EQ(flags.size(), 2u);  // one that is not among the cells is not flagged
  EXPECT_EQ(flags[0].issue, RowIssue::kDoesNotTeachItself);
  EXPECT_EQ(flags[0].row, "row1");
  EXPECT_EQ(flags[0].value, -0.25);
  EXPECT_EQ(flags[1].row, "row2");
}

// Logarithms −3 to 3 and 10: median 0.5, deviations 0.5 0.5 1.5 1.5 2.5 2.5 3.5 9.5, their median
// 2. The last has 0.6745 · 9.5 / 2 = 3.20, and with 11 instead 0.6745 · 10.5 / 2 = 3.54.
TEST(RowChecks, AnOutlierIsAboveThreeAndAHalfMedianDeviations) {
  const auto with_last = [](double last) {
    std::vector<double> norms;
    for (const double logarithm : {-3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0, last}) {
      norms.push_back(std::exp(logarithm));
    }
    return with_norms(norms);
  };
  EXPECT_THAT(flags_of(with_last(10)), IsEmpty());
  const std::vector<RowFlag> flags = flags_of(with_last(11));
  ASSERT_EQ(flags.size(), 1u);
  EXPECT_EQ(flags[0].issue, RowIssue::kOutlier);
  EXPECT_EQ(flags[0].row, "row7");
  EXPECT_THAT(flags[0].value, DoubleNear(0.6745 * 10.5 / 2, 1e-12));
}

TEST(RowChecks, ARowThatIsFarSmallerIsNoOutlier) {
  EXPECT_THAT(flags_of(with_norms({1, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1e-9})), IsEmpty());
}

TEST(RowChecks, FewRowsHaveNoOutlier) {
  EXPECT_THAT(flags_of(with_norms({1, 1.1, 1.2, 1.3, 1.4, 1.5, 1e9})), IsEmpty());
}

TEST(RowChecks, RowsOfOneNormHaveNoOutlier) {
  EXPECT_THAT(flags_of(with_norms({1, 1, 1, 1, 1, 1, 1, 9})), IsEmpty());
}

TEST(RowChecks, AMatrixWithoutRowsHasNoFlag) { EXPECT_THAT(flags_of(with_norms({})), IsEmpty()); }

}  // namespace
}  // namespace eif
