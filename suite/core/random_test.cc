#include "suite/core/random.h"

#include <cmath>
#include <map>
#include <numeric>
#include <set>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace eif {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAreArray;

constexpr uint64_t kAnything = ~uint64_t{0};

// The numbers of this stream are in every published result: they may never change.
TEST(SeededRandomTest, FirstValuesAreTheSameOnEveryPlatform) {
  SeededRandom random(7, "words");
  std::vector<uint64_t> values;
  for (int i = 0; i < 4; ++i) values.push_back(random.below(1'000'000));
  EXPECT_THAT(values, ElementsAre(434356, 513076, 116718, 894984));
}

TEST(SeededRandomTest, FirstNormalsAreTheSameOnEveryPlatform) {
  SeededRandom random(7, "words");
  EXPECT_DOUBLE_EQ(random.normal(), 0.95044939429873176);
  EXPECT_DOUBLE_EQ(random.normal(), 0.44045388738429231);
  EXPECT_DOUBLE_EQ(random.normal(), -0.093152301366127732);
}

TEST(SeededRandomTest, ShufflesTheSameOnEveryPlatform) {
  SeededRandom random(7, "words");
  std::vector<int> items = {0, 1, 2, 3, 4, 5, 6, 7};
  shuffle(items, random);
  EXPECT_THAT(items, ElementsAre(2, 1, 5, 6, 4, 0, 7, 3));
}

TEST(SeededRandomTest, EqualArgumentsGiveEqualStreams) {
  SeededRandom one(3, "words"), other(3, "words");
  for (int i = 0; i < 100; ++i) EXPECT_EQ(one.below(kAnything), other.below(kAnything));
}

TEST(SeededRandomTest, NeighbouringSeedsAndNamesNeverShareAStream) {
  std::set<uint64_t> first_values;
  for (uint64_t seed = 0; seed < 256; ++seed) {
    for (const char* stream : {"", "a", "b", "ab1", "ab2", "ab3", "images", "imaget"}) {
      first_values.insert(SeededRandom(seed, stream).below(kAnything));
    }
  }
  EXPECT_EQ(first_values.size(), 256u * 8u);
}

TEST(SeededRandomTest, BelowOneIsZero) {
  SeededRandom random(0, "one");
  EXPECT_EQ(random.below(1), 0u);
}

TEST(SeededRandomTest, BelowReachesEveryValueEquallyOften) {
  SeededRandom random(0, "ten");
  constexpr int kDraws = 100'000;
  std::map<uint64_t, int> counts;
  for (int i = 0; i < kDraws; ++i) ++counts[random.below(10)];
  ASSERT_EQ(counts.size(), 10u);
  ASSERT_EQ(counts.rbegin()->first, 9u);
  // A count is binomial with a standard deviation of 95; one of ten passes 4.5 of them once in
  // 15,000 streams.
  for (const auto& [value, count] : counts) EXPECT_NEAR(count, kDraws / 10, 4.5 * 95) << value;
}

// 2^64 modulo this limit is a third of it: a remainder would make the lowest third twice as likely.
TEST(SeededRandomTest, BelowIsNotARemainder) {
  SeededRandom random(0, "remainder");
  constexpr uint64_t kThird = uint64_t{1} << 62;
  constexpr int kDraws = 10'000;
  int lowest_third = 0;
  for (int i = 0; i < kDraws; ++i) lowest_third += random.below(3 * kThird) < kThird ? 1 : 0;
  // Standard deviation 47; a remainder would give 5,000.
  EXPECT_NEAR(lowest_third, kDraws / 3, 4.5 * 47);
}

TEST(SeededRandomTest, NormalHasTheMomentsOfANormal) {
  SeededRandom random(0, "normal");
  constexpr int kDraws = 100'000;
  double sum = 0, squares = 0, cubes = 0;
  int beyond_two = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double value = random.normal();
    sum += value;
    squares += value * value;
    cubes += value * value * value;
    beyond_two += std::abs(value) > 2 ? 1 : 0;
  }
  // Four standard errors of each: the variances of z, z² and z³ are 1, 2 and 15, and
  // P(|z| > 2) = 0.0455.
  EXPECT_NEAR(sum / kDraws, 0, 4 * std::sqrt(1.0 / kDraws));
  EXPECT_NEAR(squares / kDraws, 1, 4 * std::sqrt(2.0 / kDraws));
  EXPECT_NEAR(cubes / kDraws, 0, 4 * std::sqrt(15.0 / kDraws));
  EXPECT_NEAR(beyond_two, 0.0455 * kDraws, 4 * std::sqrt(0.0455 * 0.9545 * kDraws));
}

TEST(ShuffleTest, KeepsTheItems) {
  SeededRandom random(0, "items");
  std::vector<int> items(50);
  std::iota(items.begin(), items.end(), 0);
  const std::vector<int> before = items;
  shuffle(items, random);
  EXPECT_NE(items, before);
  EXPECT_THAT(items, UnorderedElementsAreArray(before));
}

TEST(ShuffleTest, LeavesNoneAndOneAlone) {
  SeededRandom random(0, "few");
  std::vector<std::string> none, one = {"only"};
  shuffle(none, random);
  shuffle(one, random);
  EXPECT_THAT(none, IsEmpty());
  EXPECT_THAT(one, ElementsAre("only"));
}

TEST(ShuffleTest, EveryOrderIsEquallyLikely) {
  SeededRandom random(0, "orders");
  constexpr int kDraws = 60'000;
  std::map<std::vector<int>, int> counts;
  for (int i = 0; i < kDraws; ++i) {
    std::vector<int> items = {0, 1, 2};
    shuffle(items, random);
    ++counts[items];
  }
  ASSERT_EQ(counts.size(), 6u);
  // Standard deviation of a count: 91. Swapping with any place, the classic mistake, is off by
  // 1,111.
  for (const auto& [order, count] : counts) EXPECT_NEAR(count, kDraws / 6, 4.5 * 91);
}

}  // namespace
}  // namespace eif
