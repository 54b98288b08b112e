#include "suite/engine/in_context.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "suite/engine/test_models.h"

namespace eif {
namespace {

using ::testing::ElementsAre;
using ::testing::IsNan;
using ::testing::Not;

// SmallReader reads twelve digits at most.
TEST(InContext, ARowAfterWhichNothingFitsSaysWhy) {
  SmallReader model(1);
  const std::vector<Sample> read = {{"long", {"123456123456"}}, {"short", {"12"}}};
  const std::vector<Sample> evaluated = {{"one", {"345"}}, {"other", {"3456"}}};
  const absl::StatusOr<Matrix> matrix =
      in_context_influence(model, all_cells(read, evaluated), {}, unwatched());
  ASSERT_TRUE(matrix.ok()) << matrix.status();
  EXPECT_THAT(matrix->row_errors(),
              ElementsAre("after it one cannot be read: the text is too long", ""));
  EXPECT_THAT(matrix->at("long", "one"), IsNan());
  EXPECT_THAT(matrix->at("short", "one"), Not(IsNan()));
}

// Some columns of a row fit behind it, and keep their numbers.
TEST(InContext, WhatFitsAfterARowIsMeasured) {
  SmallReader model(1);
  const std::vector<Sample> read = {{"row", {"12345612"}}};
  const std::vector<Sample> evaluated = {{"fits", {"345"}}, {"does not", {"345612"}}};
  const absl::StatusOr<Matrix> matrix =
      in_context_influence(model, all_cells(read, evaluated), {}, unwatched());
  ASSERT_TRUE(matrix.ok()) << matrix.status();
  EXPECT_THAT(matrix->row_errors(),
              ElementsAre("after it does not cannot be read: the text is too long"));
  EXPECT_THAT(matrix->at(0, 0), Not(IsNan()));
  EXPECT_THAT(matrix->at(0, 1), IsNan());
}

// What cannot be read at all is an error of its column, and no row's.
TEST(InContext, ATextThatCannotBeReadAloneIsAnErrorOfItsColumn) {
  SmallReader model(1);
  const std::vector<Sample> evaluated = {{"one", {"345"}}, {"endless", {"1234561234561"}}};
  const absl::StatusOr<Matrix> matrix =
      in_context_influence(model, all_cells({{"row", {"12"}}}, evaluated), {}, unwatched());
  ASSERT_TRUE(matrix.ok()) << matrix.status();
  EXPECT_THAT(matrix->row_errors(), ElementsAre(""));
  EXPECT_THAT(matrix->column_errors(), ElementsAre("", "the text is too long"));
}

}  // namespace
}  // namespace eif
