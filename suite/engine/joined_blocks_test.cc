#include "suite/engine/joined_blocks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace eif {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

// Ten texts of ten nodes each that share none.
EncodedSamples ten_columns() {
  EncodedSamples columns;
  for (int64_t column = 0; column < 10; ++column) {
    TextExample text;
    for (int64_t i = 0; i <= 10; ++i) text.ids.push_back(100 * column + i);
    columns.push_back(std::vector<Example>{text});
  }
  return columns;
}

std::vector<JoinedBlock> joined(const WantedCells& wanted) {
  return joined_blocks(wanted, ten_columns());
}

TEST(JoinedBlocks, ThoseOfAlmostTheSameColumnsAreOne) {
  WantedCells wanted;
  wanted.blocks = {{{0, 1}, {4, 3, 2, 1, 0}}, {{2}, {5, 4, 3, 2, 1}}};
  const std::vector<JoinedBlock> found = joined(wanted);
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_THAT(found[0].columns, ElementsAre(0, 1, 2, 3, 4, 5));
  EXPECT_THAT(found[0].blocks, ElementsAre(&wanted.blocks[0], &wanted.blocks[1]));
}

TEST(JoinedBlocks, ThoseThatShareNothingStayApart) {
  WantedCells wanted;
  wanted.blocks = {{{0}, {0, 1, 2}}, {{1}, {3, 4, 5}}};
  const std::vector<JoinedBlock> found = joined(wanted);
  ASSERT_THAT(found, SizeIs(2));
  EXPECT_THAT(found[0].columns, ElementsAre(0, 1, 2));
  EXPECT_THAT(found[1].columns, ElementsAre(3, 4, 5));
}

// One base row saved is worth less than hundreds of rows that are evaluated on a column more.
TEST(JoinedBlocks, ManyRowsAreNotEvaluatedOnWhatFewNeed) {
  WantedCells wanted;
  wanted.blocks = {{std::vector<size_t>(300), {0, 1, 2, 3}}, {{300}, {1, 2, 3, 4}}};
  EXPECT_THAT(joined(wanted), SizeIs(2));
}

TEST(JoinedBlocks, UnjoinedEachIsByItself) {
  WantedCells wanted;
  wanted.blocks = {{{0}, {1, 0}}, {{1}, {0, 1}}};
  const std::vector<JoinedBlock> found = unjoined_blocks(wanted);
  ASSERT_THAT(found, SizeIs(2));
  EXPECT_THAT(found[0].columns, ElementsAre(1, 0));
}

}  // namespace
}  // namespace eif
