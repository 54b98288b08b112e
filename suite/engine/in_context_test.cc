#include "suite/engine/in_context.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "suite/engine/reader_on_threads.h"
#include "suite/engine/test_models.h"
#include "suite/sdk/threads_for_test.h"

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

TEST(InContext, ThreadsReadWhatOneThreadReads) {
  const ThreadsForTest three(3);
  std::vector<Sample> samples;
  for (const char* text : {"12", "345", "31", "5461", "22", "164", "36", "55"}) {
    samples.push_back({text, {text}});
  }
  const auto read = [&](Model& model) {
    const auto matrix = in_context_influence(model, all_cells(samples, samples), {}, unwatched());
    EXPECT_TRUE(matrix.ok()) << matrix.status();
    return matrix->values();
  };
  ReaderOnThreads alone(/*is_thread_safe=*/false), shared(/*is_thread_safe=*/true);
  EXPECT_THAT(read(shared), ::testing::Pointwise(::testing::DoubleNear(1e-12), read(alone)));
  EXPECT_EQ(alone.threads().size(), 1u);
  EXPECT_GE(shared.threads().size(), 2u);
}

// ---- A neutral base ----------------------------------------------------------------------------

// Losses of about 2, each right to a few units in the last place.
constexpr double kRounding = 1e-13;

Matrix read(const std::vector<std::string>& texts, const std::vector<std::string>& neutral) {
  SmallReader model(1);
  std::vector<Sample> samples;
  for (const std::string& text : texts) samples.push_back({text, {text}});
  const absl::StatusOr<Matrix> matrix = in_context_influence(
      model, all_cells(samples, {{"345", {"345"}}, {"21", {"21"}}}),
      {.neutral_sentences = neutral}, unwatched());
  EXPECT_TRUE(matrix.ok()) << matrix.status();
  return matrix.value_or(Matrix());
}

// As many tokens of the neutral text as the sample has, its last ones, over and over where it is
// shorter.
TEST(InContext, ANeutralTextOfTheSameLengthIsTheBase) {
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"1", "6"}, {"42", "56"}, {"131", "456"}, {"2222", "3456"}, {"123123", "563456"}};
  for (const auto& [row, neutral] : rows) {
    const Matrix beside_neutral = read({row}, {"34", "56"}), beside_nothing = read({row}, {});
    const Matrix of_neutral = read({neutral}, {});
    for (size_t column = 0; column < 2; ++column) {
      EXPECT_NEAR(beside_neutral.at(0, column),
                  beside_nothing.at(0, column) - of_neutral.at(0, column), kRounding)
          << row;
      EXPECT_GT(std::abs(of_neutral.at(0, column)), 1e-3) << row;
    }
    EXPECT_EQ(beside_neutral.base(), beside_nothing.base());
  }
}

TEST(InContext, ANeutralTextItselfDoesNothing) {
  const Matrix matrix = read({"56", "3456"}, {"34", "56"});
  for (const double cell : matrix.values()) EXPECT_NEAR(cell, 0, kRounding);
}

TEST(InContext, WhatCannotBeReadHasNoNeutralBaseEither) {
  const Matrix matrix = read({"1234561234", "12"}, {"34"});
  EXPECT_THAT(matrix.row_errors(),
              ElementsAre("after it 345 cannot be read: the text is too long", ""));
  EXPECT_THAT(matrix.at(0, 0), IsNan());
  EXPECT_THAT(matrix.at(0, 1), Not(IsNan()));
  EXPECT_THAT(matrix.at(1, 0), Not(IsNan()));
}

TEST(InContext, ErrorWhenNoNeutralSentenceCanBeRead) {
  SmallReader model(1);
  const std::vector<Sample> samples = {{"one", {"345"}}};
  const absl::Status status =
      in_context_influence(model, all_cells(samples, samples),
                           {.neutral_sentences = {"1234561234561"}}, unwatched())
          .status();
  EXPECT_EQ(status.message(),
            "no sentence of the neutral context can be read before any of the samples; measure "
            "with --context-base nothing");
}

}  // namespace
}  // namespace eif
