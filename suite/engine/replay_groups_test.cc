#include "suite/engine/replay_groups.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "suite/engine/test_models.h"

namespace eif {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// A base pass in which a position kept 10 bytes of uses, and needed 50 at the same time.
constexpr BasePass kPass{
    .positions = 100, .largest_batch = 20, .bytes_of_uses = 1000, .peak_bytes = 1000};
// A row of weights needs twice that: 100 bytes for each position that it is evaluated on.
constexpr int64_t kBytesOfPosition = 100;

using Rows = std::vector<size_t>;

std::vector<Rows> rows_of(const RecordedGroups& groups) {
  std::vector<Rows> result;
  for (const ReplayedGroup& group : groups) {
    Rows& rows = result.emplace_back();
    for (const ReplayedRow& row : group.rows) rows.push_back(row.row);
  }
  return result;
}

// The rows of each group of each recording.
std::vector<std::vector<Rows>> grouped(Model& model, const WantedCells& wanted,
                                       const WorkLimits& limits, Matrix& matrix) {
  std::vector<std::vector<Rows>> result;
  for (const RecordedGroups& groups :
       group_rows(model, wanted, encode_samples(model, wanted.evaluated), /*epochs=*/1,
                  ReplayLimits(model, kPass, limits), matrix)) {
    result.push_back(rows_of(groups));
  }
  return result;
}

std::vector<std::vector<Rows>> grouped(Model& model, const WantedCells& wanted,
                                       const WorkLimits& limits) {
  Matrix matrix(ids_of(wanted.trained), ids_of(wanted.evaluated));
  return grouped(model, wanted, limits, matrix);
}

TEST(GroupRows, AsManyAsMemoryHoldsAreReplayedTogether) {
  LinearClassifier model(1);
  const WantedCells wanted = all_cells(random_images(5, 2), random_images(4, 3));
  const auto with = [&](int64_t rows) {
    return grouped(model, wanted, {.memory_bytes = rows * 4 * kBytesOfPosition});
  };
  EXPECT_THAT(with(1), ElementsAre(ElementsAre(Rows{0}, Rows{1}, Rows{2}, Rows{3}, Rows{4})));
  EXPECT_THAT(with(2), ElementsAre(ElementsAre(Rows{0, 1}, Rows{2, 3}, Rows{4})));
  EXPECT_THAT(with(5), ElementsAre(ElementsAre(Rows{0, 1, 2, 3, 4})));
}

TEST(GroupRows, ThereIsAlwaysOne) {
  LinearClassifier model(1);
  const WantedCells wanted = all_cells(random_images(2, 2), random_images(4, 3));
  EXPECT_THAT(grouped(model, wanted, {.memory_bytes = 1}),
              ElementsAre(ElementsAre(Rows{0}), ElementsAre(Rows{1})));
}

// Five copies of ten bytes for each trained image.
TEST(GroupRows, WhatIsRecordedTogetherFitsToo) {
  LinearClassifier model(1);
  const WantedCells wanted = all_cells(random_images(5, 2), random_images(1, 3));
  EXPECT_THAT(grouped(model, wanted, {.memory_bytes = 2 * 50}),
              ElementsAre(ElementsAre(Rows{0}, Rows{1}), ElementsAre(Rows{2}, Rows{3}),
                          ElementsAre(Rows{4})));
}

TEST(GroupRows, ANumberOfRowsThatWasAskedForIsKept) {
  LinearClassifier model(1);
  const WantedCells wanted = all_cells(random_images(5, 2), random_images(4, 3));
  EXPECT_THAT(grouped(model, wanted, {.rows = 2}),
              ElementsAre(ElementsAre(Rows{0, 1}), ElementsAre(Rows{2, 3}), ElementsAre(Rows{4})));
}

TEST(GroupRows, RowsWithMoreAndLongerStatementsComeFirst) {
  SmallReader model(1);
  const WantedCells wanted = all_cells(digit_texts(), digit_texts());
  // Two statements; then 7, 5, 4 and 2 tokens.
  EXPECT_THAT(grouped(model, wanted, {.rows = 100}), ElementsAre(ElementsAre(Rows{4, 1, 3, 2, 0})));
}

TEST(GroupRows, ARowThatCannotBeEncodedIsInNoGroup) {
  LinearClassifier model(1);
  std::vector<Sample> trained = random_images(3, 2);
  trained[1].statements = {"a text"};
  const WantedCells wanted = all_cells(trained, random_images(2, 3));
  Matrix matrix(ids_of(wanted.trained), ids_of(wanted.evaluated));
  EXPECT_THAT(grouped(model, wanted, {.rows = 100}, matrix), ElementsAre(ElementsAre(Rows{0, 2})));
  EXPECT_THAT(matrix.row_errors(), ElementsAre("", "only images", ""));
}

// Three rows of text, each with columns of its own.
WantedCells ragged_texts() {
  WantedCells wanted = all_cells(digit_texts(), digit_texts());
  wanted.blocks = {{{0}, {1, 2}}, {{1}, {0}}, {{2}, {0, 3, 4}}};
  return wanted;
}

ReplayedGroup only_group(Model& model, const WantedCells& wanted,
                         BaseRidesAlong base = BaseRidesAlong::kNo) {
  Matrix matrix(ids_of(wanted.trained), ids_of(wanted.evaluated));
  std::vector<RecordedGroups> recordings =
      group_rows(model, wanted, encode_samples(model, wanted.evaluated), /*epochs=*/1,
                 ReplayLimits(model, kPass, {.rows = 100}, {}, base), matrix);
  EXPECT_EQ(recordings.size(), 1u);
  EXPECT_EQ(recordings[0].size(), 1u);
  return std::move(recordings[0][0]);
}

TEST(GroupRows, TextsWithColumnsOfTheirOwnAreReplayedTogether) {
  SmallReader model(1);
  const ReplayedGroup group = only_group(model, ragged_texts());
  EXPECT_TRUE(group.has_row_for_each);
  EXPECT_THAT(rows_of({group}), ElementsAre(Rows{1, 2, 0}));
  EXPECT_EQ(group.evaluation->errors().size(), 1u + 3u + 2u);
}

TEST(GroupRows, OneBaseRowRidesAlongWithRowsThatShareTheirColumns) {
  SmallReader model(1);
  const ReplayedGroup group =
      only_group(model, all_cells(digit_texts(), digit_texts()), BaseRidesAlong::kYes);
  EXPECT_FALSE(group.has_row_for_each);
  EXPECT_EQ(group.base_rows.count, 1);
  EXPECT_THAT(group.base_rows.of_row, ElementsAre(0, 0, 0, 0, 0));
}

TEST(GroupRows, EachSetOfColumnsHasABaseRowInFront) {
  SmallReader model(1);
  WantedCells wanted = all_cells(digit_texts(), digit_texts());
  wanted.blocks = {{{0}, {1, 2}}, {{1, 4}, {3}}};
  const ReplayedGroup group = only_group(model, wanted, BaseRidesAlong::kYes);
  EXPECT_TRUE(group.has_row_for_each);
  EXPECT_THAT(rows_of({group}), ElementsAre(Rows{4, 1, 0}));
  EXPECT_THAT(group.base_rows.of_row, ElementsAre(0, 0, 1));
  // Columns of the two base rows, then those of the rows.
  EXPECT_EQ(group.evaluation->errors().size(), (1u + 2u) + (1u + 1u + 2u));
}

TEST(SplitGroup, EachHalfHasItsOwnBaseRows) {
  SmallReader model(1);
  WantedCells wanted = all_cells(digit_texts(), digit_texts());
  wanted.blocks = {{{0}, {1, 2}}, {{1, 4}, {3}}};
  const auto [first, second] = split_group(at::kCPU, encode_samples(model, wanted.evaluated),
                                           only_group(model, wanted, BaseRidesAlong::kYes));
  EXPECT_THAT(first.base_rows.of_row, ElementsAre(0));
  EXPECT_THAT(second.base_rows.of_row, ElementsAre(0, 1));
  EXPECT_EQ(first.evaluation->errors().size(), 1u + 1u);
  EXPECT_EQ(second.evaluation->errors().size(), (1u + 2u) + (1u + 2u));
}

TEST(SplitGroup, HalvesShareWhatAllRowsAreEvaluatedOn) {
  LinearClassifier model(1);
  const WantedCells wanted = all_cells(random_images(5, 2), random_images(4, 3));
  const auto [first, second] =
      split_group(at::kCPU, encode_samples(model, wanted.evaluated), only_group(model, wanted));
  EXPECT_THAT(rows_of({first, second}), ElementsAre(Rows{0, 1}, Rows{2, 3, 4}));
  EXPECT_EQ(first.evaluation, second.evaluation);
}

TEST(SplitGroup, HalvesOfRowsWithColumnsOfTheirOwnHaveThoseOnly) {
  SmallReader model(1);
  const WantedCells wanted = ragged_texts();
  const auto [first, second] =
      split_group(at::kCPU, encode_samples(model, wanted.evaluated), only_group(model, wanted));
  EXPECT_THAT(rows_of({first, second}), ElementsAre(Rows{1}, Rows{2, 0}));
  EXPECT_EQ(first.evaluation->errors().size(), 1u);
  EXPECT_EQ(second.evaluation->errors().size(), 3u + 2u);
}

}  // namespace
}  // namespace eif
