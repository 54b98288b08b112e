#include "suite/engine/strongest_cells.h"

#include <gmock/gmock.h>

namespace eif {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::vector<Sample> samples(const std::vector<std::string>& ids) {
  std::vector<Sample> all;
  for (const std::string& id : ids) all.push_back({id, {id}});
  return all;
}

TEST(StrongestCells, AreThoseOfTheQueriesThatWantThem) {
  const WantedCells wanted =
      strongest_cells(samples({"a", "b", "c", "d"}), samples({"q", "r"}), {{3, 0}, {0, 2}});
  EXPECT_THAT(wanted.evaluated, SizeIs(2));
  ASSERT_THAT(wanted.trained, SizeIs(3));
  EXPECT_EQ(wanted.trained[0].id, "a");
  EXPECT_EQ(wanted.trained[1].id, "c");
  EXPECT_EQ(wanted.trained[2].id, "d");
  ASSERT_THAT(wanted.blocks, SizeIs(3));
  EXPECT_THAT(wanted.blocks[0].rows, ElementsAre(2));  // d, by q alone
  EXPECT_THAT(wanted.blocks[0].columns, ElementsAre(0));
  EXPECT_THAT(wanted.blocks[1].rows, ElementsAre(0));  // a, by both
  EXPECT_THAT(wanted.blocks[1].columns, ElementsAre(0, 1));
  EXPECT_THAT(wanted.blocks[2].rows, ElementsAre(1));
  EXPECT_THAT(wanted.blocks[2].columns, ElementsAre(1));
}

TEST(StrongestCells, OfSamplesThatTheSameQueriesWantAreOneBlock) {
  const WantedCells wanted =
      strongest_cells(samples({"a", "b", "c"}), samples({"q", "r"}), {{1, 2}, {2, 1}});
  ASSERT_THAT(wanted.blocks, SizeIs(1));
  EXPECT_THAT(wanted.blocks[0].rows, ElementsAre(0, 1));
  EXPECT_THAT(wanted.blocks[0].columns, ElementsAre(0, 1));
}

TEST(StrongestCells, OfNothingAreNone) {
  EXPECT_THAT(strongest_cells(samples({"a"}), samples({"q"}), {{}}).blocks, IsEmpty());
}

}  // namespace
}  // namespace eif
