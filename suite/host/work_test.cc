#include "suite/host/work.h"

#include <gtest/gtest.h>

#include "suite/engine/dense.h"
#include "suite/engine/replay.h"
#include "suite/engine/test_models.h"
#include "suite/host/fakes_for_test.h"

namespace eif {
namespace {

class WorkTest : public testing::Test {
 protected:
  FakeModel model_{"images"};
  SmallReader reader_{1};
};

// Two rows, three columns, an image each: a pass over the columns, and for each row three units for
// the step on it and one for each column.
TEST_F(WorkTest, TrainingTakesThreeUnitsAndEvaluationOne) {
  const WantedCells wanted = all_cells(labels({1, 2}), labels({3, 4, 5}));
  const Work work = fine_tuning_work(model_, wanted, 1);
  EXPECT_EQ(work.calls, 1u);
  EXPECT_EQ(work.rows, 2u);
  EXPECT_EQ(work.tokens, 2 * (1 + 3));
  EXPECT_EQ(work.units, 3 + 2 * (3 + 3));
  EXPECT_EQ(fine_tuning_work(model_, wanted, 2).units, 3 + 2 * (2 * 3 + 3));
  EXPECT_EQ(fine_tuning_work(model_, wanted, 2).tokens, 2 * (2 + 3));
}

TEST_F(WorkTest, EachRowHasTheColumnsOfItsBlock) {
  WantedCells wanted = all_cells(labels({1, 2}), labels({3, 4, 5}));
  wanted.blocks = {{{0}, {0}}, {{1}, {1, 2}}};
  const Work work = fine_tuning_work(model_, wanted, 1);
  EXPECT_EQ(work.tokens, (1 + 1) + (1 + 2));
  EXPECT_EQ(work.units, 3 + (3 + 1) + (3 + 2));
}

// The gradients of the columns are new; nothing of it is a row of the run.
TEST_F(WorkTest, ExplainingTakesThreeUnitsOfEachColumnMore) {
  const WantedCells wanted = all_cells(labels({1, 2}), labels({3, 4, 5}));
  const Work work = explanation_work(model_, wanted, 1);
  EXPECT_EQ(work.units, fine_tuning_work(model_, wanted, 1).units + 3 * 3);
  EXPECT_EQ(work.rows, 0u);
  EXPECT_EQ(work.tokens, 0);
}

// "123" and "124" are six tokens. The last of a text is no node, so they share both of theirs.
TEST_F(WorkTest, TextsThatBeginAlikeShareTheirNodes) {
  const WantedCells wanted = all_cells({{"row", {"56"}}}, {{"a", {"123"}}, {"b", {"124"}}});
  const Work work = fine_tuning_work(reader_, wanted, 1);
  EXPECT_EQ(work.tokens, 2 + 6);
  EXPECT_EQ(work.units, 2 + 3 * 2 + 2);
}

// Two rows of two tokens each, and one of three: neutral texts of two lengths.
TEST_F(WorkTest, ANeutralTextIsReadOnceForEachLength) {
  const WantedCells wanted =
      all_cells({{"a", {"12"}}, {"b", {"34"}}, {"c", {"345"}}}, {{"x", {"61"}}, {"y", {"52"}}});
  const Work alone = in_context_work(reader_, wanted, false);
  EXPECT_EQ(alone.rows, 3u);
  EXPECT_EQ(alone.tokens, (2 + 4) + (2 + 4) + (3 + 4));
  EXPECT_EQ(alone.units, (2 + 2) + (2 + 2) + (3 + 2));
  EXPECT_EQ(in_context_work(reader_, wanted, true).units, alone.units + (2 + 2) + (3 + 2));
}

TEST_F(WorkTest, DistancesEmbedEachSampleAndAreNoRows) {
  const Work work = distance_work(model_, all_cells(labels({1, 2}), labels({3, 4, 5})));
  EXPECT_EQ(work.rows, 0u);
  EXPECT_EQ(work.tokens, 0);
  EXPECT_EQ(work.units, 5);
  EXPECT_EQ(distance_work(model_, {}).calls, 0u);
}

// Four passes each: a training, or rounds as long as two, and their own loss to see how it is
// learned, another training and the columns to measure.
TEST_F(WorkTest, ALearnedDoseTakesAllPassesAtMost) {
  const WantedCells wanted = all_cells(labels({1, 2}), labels({3, 4, 5}));
  const Work goes_on = most_learning_work(model_, wanted, 4, DenseEngine());
  EXPECT_EQ(goes_on.rows, 2u * 4);
  EXPECT_EQ(goes_on.tokens, 2 * 4 * (2 + 1 + 3));
  EXPECT_EQ(goes_on.units, 3 + 2 * 4 * (2 * 3 + 1 + 3));
  const Work by_rounds = most_learning_work(model_, wanted, 4, ReplayEngine());
  EXPECT_EQ(by_rounds.rows, 2u * 4);
  EXPECT_EQ(by_rounds.tokens, 2 * 4 * (3 + 1 + 3));
  EXPECT_EQ(by_rounds.units, 3 + 2 * 4 * (3 * 3 + 1 + 3));
}

TEST_F(WorkTest, WhatCannotBeReadIsNoWork) {
  EXPECT_EQ(fine_tuning_work(reader_, all_cells({{"long", {"1111111111111"}}}, {{"x", {"12"}}}), 1)
                .tokens,
            2);
}

}  // namespace
}  // namespace eif
