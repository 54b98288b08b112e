#include "suite/core/strongest.h"

#include <gmock/gmock.h>

#include <cmath>

namespace eif {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// Four trained samples, two queries.
Matrix first_order() {
  Matrix matrix({"a", "b", "c", "d"}, {"q", "r"});
  const double cells[4][2] = {{0.1, 1}, {-0.3, Matrix::kUnmeasured}, {0.2, -1}, {0, 2}};
  for (size_t row = 0; row < 4; ++row) {
    for (size_t column = 0; column < 2; ++column) matrix.at(row, column) = cells[row][column];
  }
  matrix.base() = {3, 4};
  return matrix;
}

TEST(StrongestRows, AreThoseOfTheLargestMagnitude) {
  EXPECT_THAT(strongest_rows(first_order(), 2), ElementsAre(ElementsAre(1, 2), ElementsAre(3, 0)));
}

TEST(StrongestRows, LeaveOutWhatWasNotMeasured) {
  EXPECT_THAT(strongest_rows(first_order(), 9),
              ElementsAre(ElementsAre(1, 2, 0, 3), ElementsAre(3, 0, 2)));
  EXPECT_THAT(strongest_rows(Matrix({"a"}, {"q"}), 1), ElementsAre(IsEmpty()));
}

// Measured again: samples in another order, and not all of them.
Matrix exact() {
  Matrix matrix({"c", "a", "b"}, {"r", "q"});
  matrix.at(0, 1) = 0.25;
  matrix.at(1, 1) = 0.1;
  matrix.at(2, 1) = -0.2;
  matrix.row_errors()[1] = "too long";
  matrix.at(0, 0) = 0.15;
  return matrix;
}

TEST(StrongestInfluences, AreMatchedByTheirIds) {
  const StrongestInfluences found =
      strongest_influences(first_order(), exact(), {{1, 2, 0}, {2, 3}});
  ASSERT_THAT(found.queries, SizeIs(2));
  const QueryInfluences& q = found.queries[0];
  EXPECT_EQ(q.query, "q");
  EXPECT_EQ(q.base_loss, 3);
  ASSERT_THAT(q.strongest, SizeIs(3));
  EXPECT_EQ(q.strongest[0].trained, "b");
  EXPECT_EQ(q.strongest[0].first_order, -0.3);
  EXPECT_EQ(q.strongest[0].exact, -0.2);
  EXPECT_EQ(q.strongest[1].exact, 0.25);
  EXPECT_EQ(q.spearman, 1);  // b, a, c by both
}

TEST(StrongestInfluences, OfAllQueriesHaveOneRankCorrelation) {
  const StrongestInfluences found =
      strongest_influences(first_order(), exact(), {{1, 2, 0}, {2, 3}});
  EXPECT_EQ(found.pairs, 4);  // d was not measured again
  // b, c, a on q and c on r: ranks 2, 4, 3, 1 by first order, exact 1, 4, 2, 3.
  EXPECT_DOUBLE_EQ(found.spearman, 1 - 6 * 6 / (4 * 15.0));
}

TEST(StrongestInfluences, SayWhyThereIsNoExactOne) {
  const StrongestInfluences found = strongest_influences(first_order(), exact(), {{}, {0, 3}});
  const QueryInfluences& r = found.queries[1];
  ASSERT_THAT(r.strongest, SizeIs(2));
  EXPECT_EQ(r.strongest[0].error, "too long");
  EXPECT_EQ(r.strongest[1].error, "it was not measured");
  EXPECT_TRUE(std::isnan(r.spearman));
  EXPECT_EQ(found.pairs, 0);
  EXPECT_TRUE(std::isnan(found.spearman));
}

}  // namespace
}  // namespace eif
