#include "suite/host/speed.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "suite/host/fakes_for_test.h"

namespace eif {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

TEST(Speed, IsAConstantAndASlope) {
  const Work small{.calls = 1, .units = 10}, large{.calls = 1, .units = 110};
  const Speed speed = speed_of({small, 2.1, 2.1}, {large, 3.1, 3.1});
  EXPECT_NEAR(speed.per_unit, 0.01, 1e-12);
  EXPECT_NEAR(speed.per_call, 2, 1e-12);
  EXPECT_NEAR(speed.processor_seconds({.calls = 3, .units = 500}), 3 * 2 + 5, 1e-9);
}

// The smaller one took longer, as when something was done for the first time.
TEST(Speed, WhereNoConstantCanBeToldAllIsProportional) {
  const Work small{.calls = 1, .units = 10}, large{.calls = 1, .units = 100};
  const Speed speed = speed_of({small, 5, 5}, {large, 4, 4});
  EXPECT_EQ(speed.per_call, 0);
  EXPECT_DOUBLE_EQ(speed.per_unit, 0.04);
}

// Others had two thirds of the processor, more of them during the smaller one.
TEST(Speed, ByTheClockIsAsSlowAsTheMachineWas) {
  const Work small{.calls = 1, .units = 10}, large{.calls = 1, .units = 110};
  const Speed speed = speed_of({small, 1, 6}, {large, 3, 6});
  EXPECT_DOUBLE_EQ(speed.per_unit, 0.02);
  EXPECT_DOUBLE_EQ(speed.wall_seconds({.units = 100}), 3 * 2);
}

// Of six rows in two blocks the second of each third.
TEST(SomeRows, AreSpreadOverAllAndHaveTheirColumns) {
  WantedCells wanted = all_cells(labels({1, 2, 3, 4, 5, 6}), labels({7, 8}));
  wanted.blocks = {{{0, 1}, {1}}, {{2, 3, 4, 5}, {0, 1}}};
  const WantedCells some = some_rows(wanted, 3);
  EXPECT_THAT(ids_of(some.trained), ElementsAre("2", "4", "6"));
  EXPECT_THAT(ids_of(some.evaluated), ElementsAre("8", "7"));
  ASSERT_THAT(some.blocks, SizeIs(2));
  EXPECT_THAT(some.blocks[0].rows, ElementsAre(0));
  EXPECT_THAT(some.blocks[0].columns, ElementsAre(0));
  EXPECT_THAT(some.blocks[1].rows, ElementsAre(1, 2));
  EXPECT_THAT(some.blocks[1].columns, ElementsAre(1, 0));
  EXPECT_THAT(some_rows(wanted, 1).trained, SizeIs(1));
  EXPECT_THAT(some_rows(wanted, 100).trained, SizeIs(6));
}

class MeasureSpeed : public testing::Test {
 protected:
  absl::StatusOr<Speed> measure(double units_of_row, absl::Status status = absl::OkStatus()) {
    return measure_speed(
        all_cells(labels({1, 2, 3, 4, 5}), labels({6})),
        [&](const WantedCells& part) {
          return Work{.calls = 1, .units = units_of_row * static_cast<double>(part.rows())};
        },
        [&, status](const WantedCells& part) {
          rows_.push_back(part.rows());
          return status;
        });
  }

  std::vector<size_t> rows_;
};

// As this takes no time, all rows are timed in the end.
TEST_F(MeasureSpeed, TimesOneRowAndThenEnoughOfThem) {
  ASSERT_TRUE(measure(1).ok());
  EXPECT_THAT(rows_, ElementsAre(1, 5));
  rows_.clear();
  ASSERT_TRUE(measure(1024).ok());
  EXPECT_THAT(rows_, ElementsAre(1, 2, 5));
}

TEST_F(MeasureSpeed, ErrorsAreThoseOfMeasuring) {
  EXPECT_EQ(measure(1, absl::InternalError("it broke")).status().message(), "it broke");
}

TEST_F(MeasureSpeed, NoRowTakesNoTime) {
  const absl::StatusOr<Speed> speed = measure_speed(
      {}, [](const WantedCells&) { return Work(); },
      [](const WantedCells&) { return absl::InternalError("never called"); });
  ASSERT_TRUE(speed.ok());
  EXPECT_EQ(speed->wall_seconds({.calls = 1, .units = 1}), 0);
}

}  // namespace
}  // namespace eif
