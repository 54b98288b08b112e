#include "suite/core/cells_by_id.h"

#include <gtest/gtest.h>

#include <cmath>

namespace eif {
namespace {

TEST(CellsById, AreThoseOfTheMatrix) {
  Matrix matrix({"a", "b", "a"}, {"c", "b"});
  matrix.at(0, 0) = 1;
  matrix.at(1, 0) = 2;
  matrix.at(1, 1) = 3;
  matrix.at(2, 0) = 4;
  const CellsById cells(matrix);
  EXPECT_EQ(cells.at("a", "c"), 1);  // the first of two
  EXPECT_EQ(cells.at("b", "c"), 2);
  EXPECT_EQ(cells.at("b", "b"), 3);
  EXPECT_EQ(cells.row("b"), 1u);
  EXPECT_EQ(cells.column("c"), 0u);
}

TEST(CellsById, OfNoSuchSampleThereIsNone) {
  const Matrix matrix({"a"}, {"b"});
  const CellsById cells(matrix);
  EXPECT_EQ(cells.row("b"), std::nullopt);
  EXPECT_EQ(cells.column("a"), std::nullopt);
  EXPECT_TRUE(std::isnan(cells.at("b", "b")));
  EXPECT_TRUE(std::isnan(cells.at("a", "a")));
}

}  // namespace
}  // namespace eif
