#include "suite/engine/thread_shares.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "suite/engine/test_models.h"

namespace eif {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

using Rows = std::vector<size_t>;

// One recording of one group: all rows on all columns.
std::vector<RecordedGroups> recorded(Model& model, const WantedCells& wanted,
                                     const WorkLimits& limits = {},
                                     BaseRidesAlong base = BaseRidesAlong::kNo) {
  constexpr BasePass kPass{
      .positions = 100, .largest_batch = 20, .bytes_of_uses = 1000, .peak_bytes = 1000};
  Matrix matrix(ids_of(wanted.trained), ids_of(wanted.evaluated));
  return group_rows(model, wanted, encode_samples(model, wanted.evaluated), /*epochs=*/1,
                    ReplayLimits(model, kPass, limits, {}, base), matrix);
}

ThreadShares shares(int threads, Model& model, const WantedCells& wanted,
                    std::vector<RecordedGroups> recordings) {
  return shares_of_threads(threads, at::kCPU, encode_samples(model, wanted.evaluated),
                           std::move(recordings));
}

std::vector<Rows> rows_of(const ThreadShares& shares) {
  std::vector<Rows> result;
  for (const RecordedGroups& recording : shares.recordings) {
    Rows& rows = result.emplace_back();
    for (const ReplayedGroup& group : recording) {
      for (const ReplayedRow& row : group.rows) rows.push_back(row.row);
    }
    std::sort(rows.begin(), rows.end());
  }
  return result;
}

std::vector<size_t> sizes_of(const ThreadShares& shares) {
  std::vector<size_t> sizes;
  for (const Rows& rows : rows_of(shares)) sizes.push_back(rows.size());
  return sizes;
}

WantedCells images(int rows) { return all_cells(random_images(rows, 2), random_images(4, 3)); }

TEST(SharesOfThreads, EachThreadGetsAsManyRows) {
  LinearClassifier model(1);
  const ThreadShares three = shares(3, model, images(12), recorded(model, images(12)));
  EXPECT_EQ(three.threads, 3);
  EXPECT_THAT(sizes_of(three), ElementsAre(4, 4, 4));
  Rows all;
  for (const Rows& rows : rows_of(three)) all.insert(all.end(), rows.begin(), rows.end());
  EXPECT_THAT(all, UnorderedElementsAre(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11));
}

TEST(SharesOfThreads, OneThreadTakesThemAsTheyAre) {
  LinearClassifier model(1);
  const ThreadShares one = shares(1, model, images(12), recorded(model, images(12)));
  EXPECT_EQ(one.threads, 1);
  EXPECT_THAT(sizes_of(one), ElementsAre(12));
}

TEST(SharesOfThreads, FewRowsAreSharedByAllThreadsOneAfterTheOther) {
  LinearClassifier model(1);
  EXPECT_EQ(shares(4, model, images(3), recorded(model, images(3))).threads, 4);
  const ThreadShares two_rows = shares(4, model, images(2), recorded(model, images(2)));
  EXPECT_EQ(two_rows.threads, 1);
  EXPECT_THAT(rows_of(two_rows), ElementsAre(Rows{0, 1}));
}

// 4 and 3 rows of as much work would leave one thread idle for an eighth of the time, and 2 of 7
// shares cannot do better.
TEST(SharesOfThreads, RowsThatDoNotGoUpEvenlyAreSharedAsEvenlyAsTheyCan) {
  LinearClassifier model(1);
  const ThreadShares two = shares(2, model, images(7), recorded(model, images(7)));
  EXPECT_EQ(two.threads, 2);
  size_t rows = 0;
  for (const size_t size : sizes_of(two)) {
    EXPECT_LE(size, 4u);
    rows += size;
  }
  EXPECT_EQ(rows, 7u);
}

TEST(SharesOfThreads, ThereMayBeNothingToDo) {
  LinearClassifier model(1);
  const ThreadShares none = shares(2, model, images(3), {});
  EXPECT_EQ(none.threads, 1);
  EXPECT_THAT(none.recordings, IsEmpty());
}

// The texts "1", "2" and so on begin rows of two statements each.
TEST(SharesOfThreads, RowsThatBeginAlikeAreTrainedTogether) {
  SmallReader model(1);
  std::vector<Sample> samples;
  for (const char* first : {"123", "321"}) {
    for (const char* second : {"41", "52", "63"}) {
      samples.push_back({absl::StrCat(first, second), {first, second}});
    }
  }
  const WantedCells wanted = all_cells(samples, samples);
  const ThreadShares two = shares(2, model, wanted, recorded(model, wanted));
  EXPECT_EQ(two.threads, 2);
  EXPECT_THAT(rows_of(two), UnorderedElementsAre(Rows{0, 1, 2}, Rows{3, 4, 5}));
}

TEST(SharesOfThreads, RowsWithColumnsOfTheirOwnKeepThem) {
  SmallReader model(1);
  WantedCells wanted = all_cells(digit_texts(), digit_texts());
  wanted.blocks = {{{0}, {1, 2}}, {{1}, {0, 3}}, {{2}, {3, 4}}, {{3}, {1, 0}}};
  const ThreadShares two = shares(2, model, wanted, recorded(model, wanted));
  ASSERT_EQ(two.threads, 2);
  for (const RecordedGroups& recording : two.recordings) {
    size_t columns = 0;
    for (const ReplayedRow& row : recording.front().rows) columns += row.block->columns.size();
    EXPECT_EQ(recording.front().evaluation->errors().size(), columns);
  }
}

// Each share of a group has a base row of its own, which costs as much as several others.
TEST(SharesOfThreads, BaseRowsCountAsWork) {
  SmallReader model(1);
  const WantedCells wanted = all_cells(digit_texts(), digit_texts());
  const auto threads_of = [&](int threads, BaseRidesAlong base) {
    return shares(threads, model, wanted, recorded(model, wanted, {}, base)).threads;
  };
  EXPECT_EQ(threads_of(5, BaseRidesAlong::kNo), 5);
  EXPECT_EQ(threads_of(5, BaseRidesAlong::kYes), 1);
  EXPECT_EQ(threads_of(2, BaseRidesAlong::kYes), 2);
}

}  // namespace
}  // namespace eif
