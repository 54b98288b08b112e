#include "desiderata/declared/sum.h"

#include <cmath>
#include <limits>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace eif {
namespace {

using ::testing::HasSubstr;
using ::testing::Pair;
using ::testing::StartsWith;
using ::testing::UnorderedElementsAre;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

Sum sum_of(std::string_view text) {
  absl::StatusOr<Sum> sum = parse_sum(text);
  EXPECT_TRUE(sum.ok()) << text << ": " << sum.status();
  return sum.value_or(Sum());
}

// The cell's influence is the place of its second letter: x > a is 1, x > b is 2, …
double letter(const Cell& cell) { return cell.evaluated.front() - 'a' + 1; }

double value_of(std::string_view text) { return sum_of(text).value(letter); }

std::string error_of(std::string_view text) {
  const absl::StatusOr<Sum> sum = parse_sum(text);
  EXPECT_EQ(sum.status().code(), absl::StatusCode::kInvalidArgument) << text;
  return std::string(sum.status().message());
}

TEST(ParseSum, ReadsCellsSignsAndNumbers) {
  EXPECT_EQ(value_of("(x > a)"), 1);
  EXPECT_EQ(value_of("x>b"), 2);
  EXPECT_EQ(value_of("(x > c) - (x > a)"), 2);
  EXPECT_EQ(value_of("-(x > c) + (x > a)"), -2);
  EXPECT_EQ(value_of("0.5 * (x > d) + 2*(x > a)"), 4);
  EXPECT_EQ(value_of("((x > d) + (x > b)) / 2"), 3);
  EXPECT_EQ(value_of("\n  (x > d)\n- (x > a)\n"), 3);
  EXPECT_EQ(value_of("x > d - x > b - x > a"), 1);
}

TEST(ParseSum, TimesBindsMoreThanPlusAndParenthesesMoreThanBoth) {
  EXPECT_EQ(value_of("(x > a) + 2 * (x > b) - (x > c) / 3"), 4);
  EXPECT_EQ(value_of("2 * ((x > a) + (x > b))"), 6);
  EXPECT_EQ(value_of("(x > d) - ((x > b) - (x > a))"), 3);
  EXPECT_EQ(value_of("-2 * (x > b) - -(x > a)"), -3);
}

TEST(ParseSum, AbsAndMeanMakeMagnitudes) {
  EXPECT_EQ(value_of("abs((x > a) - (x > d))"), 3);
  EXPECT_EQ(value_of("mean(abs((x > a) - (x > d)), abs((x > d) - (x > c)))"), 2);
  EXPECT_EQ(value_of("mean(x > d)"), 4);
}

// Ids of samples are free: only a name before a parenthesis is a function.
TEST(ParseSum, SamplesMayBeCalledAsFunctionsAre) {
  EXPECT_EQ(value_of("(abs > mean) - (mean > abs)"), 13 - 1);
}

TEST(ParseSum, DividesCellsByCells) {
  const Sum share = sum_of("((x > a) + (x > c)) / (x > b)");
  EXPECT_EQ(share.value(letter), 2);
  EXPECT_TRUE(share.is_ratio());
  EXPECT_FALSE(sum_of("(x > a) / 2").is_ratio());
  EXPECT_TRUE(
      std::isinf(share.value([](const Cell& cell) { return cell.evaluated == "b" ? 0 : 1; })));
}

TEST(ParseSum, ComputesFromTheLeftAsCppDoes) {
  const auto tenths = [](const Cell& cell) { return 0.1 * letter(cell); };
  const double a = 0.1 * 1, b = 0.1 * 2, c = 0.1 * 3, d = 0.1 * 4;
  EXPECT_EQ(sum_of("(x > a) - (x > b) - (x > c) + (x > d)").value(tenths), a - b - c + d);
  EXPECT_EQ(sum_of("((x > a) - (x > b)) - ((x > c) - (x > d))").value(tenths), (a - b) - (c - d));
  EXPECT_NE((a - b) - (c - d), a - b - c + d);  // or the two lines above would say the same
}

TEST(ParseSum, ACellThatCouldNotBeMeasuredLeavesNothing) {
  const auto without_b = [](const Cell& cell) { return cell.evaluated == "b" ? kNaN : 1; };
  EXPECT_TRUE(std::isnan(sum_of("(x > a) - (x > b)").value(without_b)));
  EXPECT_TRUE(std::isnan(sum_of("mean(abs(x > a), abs(x > b))").value(without_b)));
  EXPECT_EQ(sum_of("(x > a) - (x > c)").value(without_b), 0);
}

TEST(ParseSum, NamesItsCellsAndTheirColumns) {
  const Sum sum = sum_of("  (abc > de) - abc>f");
  ASSERT_EQ(sum.cells().size(), 2u);
  EXPECT_EQ(sum.cells()[0].cell, (Cell{"abc", "de"}));
  EXPECT_EQ(sum.cells()[0].trained_column, 4u);
  EXPECT_EQ(sum.cells()[0].evaluated_column, 10u);
  EXPECT_EQ(sum.cells()[1].trained_column, 16u);
  EXPECT_EQ(sum.cells()[1].evaluated_column, 20u);
}

TEST(ParseSum, KnowsWhatCannotBeBelowZero) {
  EXPECT_TRUE(sum_of("abs(x > a)").is_magnitude());
  EXPECT_TRUE(sum_of("mean(abs(x > a), 2 * abs(x > b))").is_magnitude());
  EXPECT_TRUE(sum_of("(abs(x > a) + abs(x > b)) / 2").is_magnitude());
  EXPECT_TRUE(sum_of("abs(x > a) / abs(x > b)").is_magnitude());
  EXPECT_FALSE(sum_of("x > a").is_magnitude());
  EXPECT_FALSE(sum_of("abs(x > a) - abs(x > b)").is_magnitude());
  EXPECT_FALSE(sum_of("-abs(x > a)").is_magnitude());
  EXPECT_FALSE(sum_of("mean(abs(x > a), x > b)").is_magnitude());
}

TEST(ParseSum, SaysInWordsWhatItComputes) {
  EXPECT_EQ(sum_of("(a > b) - (a>c)").in_words(), "EIF(a→b) − EIF(a→c)");
  EXPECT_EQ(sum_of("-(a > b)").in_words(), "−EIF(a→b)");
  EXPECT_EQ(sum_of("(a > b) - ((a > c) - (a > d)) + (a > e)").in_words(),
            "EIF(a→b) − (EIF(a→c) − EIF(a→d)) + EIF(a→e)");
  EXPECT_EQ(sum_of("0.5 * ((a > b) + (a > c)) / 2").in_words(), "0.5 · (EIF(a→b) + EIF(a→c)) / 2");
  EXPECT_EQ(sum_of("(a > b) / ((a > c) / 2)").in_words(), "EIF(a→b) / (EIF(a→c) / 2)");
  EXPECT_EQ(sum_of("mean(abs((a > b) - (a > c)), abs(a > d))").in_words(),
            "mean(|EIF(a→b) − EIF(a→c)|, |EIF(a→d)|)");
}

TEST(SumSlopes, AreTheWeightsOfAPlainSum) {
  EXPECT_THAT(sum_of("(x > a) - 2 * ((x > b) - (x > c) / 4)").slopes(letter),
              UnorderedElementsAre(Pair(Cell{"x", "a"}, 1), Pair(Cell{"x", "b"}, -2),
                                   Pair(Cell{"x", "c"}, 0.5)));
  // A cell that stands there twice counts twice.
  EXPECT_THAT(sum_of("(x > a) + (x > a) - (x > b)").slopes(letter),
              UnorderedElementsAre(Pair(Cell{"x", "a"}, 2), Pair(Cell{"x", "b"}, -1)));
}

TEST(SumSlopes, FollowTheSignOfWhatAbsHas) {
  const Sum sum = sum_of("mean(abs((x > a) - (x > d)), abs(x > b))");
  EXPECT_THAT(sum.slopes(letter),
              UnorderedElementsAre(Pair(Cell{"x", "a"}, -0.5), Pair(Cell{"x", "d"}, 0.5),
                                   Pair(Cell{"x", "b"}, 0.5)));
}

TEST(SumSlopes, OfAQuotientAreThoseOfCalculus) {
  // f = a / b at a = 1, b = 2: 1/b and −a/b².
  EXPECT_THAT(sum_of("(x > a) / (x > b)").slopes(letter),
              UnorderedElementsAre(Pair(Cell{"x", "a"}, 0.5), Pair(Cell{"x", "b"}, -0.25)));
}

TEST(ParseSum, ErrorsNameTheColumnAndWhatWasExpected) {
  EXPECT_EQ(error_of(""),
            "column 1: it ends where a cell such as (trained > evaluated) was expected");
  EXPECT_EQ(error_of("(a > b) -"),
            "column 10: it ends where a cell such as (trained > evaluated) was expected");
  EXPECT_EQ(error_of("(a > b"), "column 7: it ends where \")\" was expected");
  EXPECT_EQ(error_of("(a > b))"),
            "column 8: found \")\", expected an operator (+ - * /) or the end");
  EXPECT_EQ(error_of("(a b)"),
            "column 4: found \"b\", expected > behind \"a\", as in (a > evaluated)");
  EXPECT_EQ(error_of("(a > )"),
            "column 6: found \")\", expected the id of the sample that is evaluated");
  EXPECT_EQ(error_of("(a > b) (a > c)"),
            "column 9: found \"(\", expected an operator (+ - * /) or the end");
  EXPECT_EQ(error_of("(a > b > c)"), "column 8: found \">\", expected \")\"");
  EXPECT_EQ(error_of("(a > b) ? (a > c)"),
            "column 9: found \"?\", expected an operator (+ - * /) or the end");
}

TEST(ParseSum, ErrorsTellOtherSignsFromThoseOfTheKeyboard) {
  EXPECT_EQ(error_of("(a → b)"),
            "column 4: found \"→\", expected > behind \"a\", as in (a > evaluated); the arrow is "
            "written >");
  EXPECT_THAT(error_of("(a -> b)"), HasSubstr("the arrow is written >"));
  EXPECT_EQ(error_of("(ä > b)"),
            "column 2: found \"ä\", expected a cell such as (trained > evaluated)");
  EXPECT_EQ(error_of("(a > b) − (a > c)"),
            "column 9: found \"−\", expected an operator (+ - * /) or the end; minus is written -");
  // A character is one column, however many bytes it has.
  EXPECT_THAT(error_of("(a > b) - (a → ü)"), StartsWith("column 14: "));
}

TEST(ParseSum, ErrorWhenUnitsDoNotGoTogether) {
  EXPECT_EQ(error_of("(a > b) + 1"),
            "column 9: a plain number and cells cannot be added; multiply a cell by the number, "
            "0.5 * (trained > evaluated)");
  EXPECT_EQ(error_of("(a > b) * (a > c)"),
            "column 9: cells cannot be multiplied by cells; a number may stand in front of a cell, "
            "0.5 * (trained > evaluated)");
  EXPECT_EQ(error_of("1 / (a > b)"), "column 3: a plain number cannot be divided by cells");
  EXPECT_EQ(error_of("mean(a > b, 1)"), "column 13: a plain number and cells have no mean");
  EXPECT_EQ(error_of("(a > b) / 0"), "column 9: it is divided by 0");
  EXPECT_EQ(error_of("2 + 3"), "column 1: it compares no cell; write (trained > evaluated)");
}

TEST(ParseSum, ErrorWhenANumberOrFunctionIsNone) {
  EXPECT_EQ(error_of("1e3 * (a > b)"), "column 1: \"1e3\" is no number such as 2 or 0.5");
  EXPECT_EQ(error_of("1.2.3 * (a > b)"), "column 1: \"1.2.3\" is no number such as 2 or 0.5");
  EXPECT_EQ(error_of("max(a > b)"),
            "column 1: there is no function \"max\"; expected abs(…) or mean(…, …)");
  EXPECT_EQ(error_of("abs(a > b, a > c)"), "column 10: found \",\", expected \")\"");
  EXPECT_EQ(error_of("mean()"),
            "column 6: found \")\", expected a cell such as (trained > evaluated)");
}

TEST(ParseSum, HasLimits) {
  const auto nested = [](size_t depth) {
    return std::string(depth, '(') + "a > b" + std::string(depth, ')');
  };
  EXPECT_TRUE(parse_sum(nested(kMaxSumDepth - 1)).ok());
  EXPECT_EQ(error_of(nested(kMaxSumDepth)), "column 33: it is nested deeper than 32 levels");
  EXPECT_EQ(error_of(std::string(5000, '-')), "column 33: it is nested deeper than 32 levels");
  std::string longest = "a>b";
  while (longest.size() + 4 <= kMaxSumBytes) longest += "+a>b";
  EXPECT_EQ(sum_of(longest).value([](const Cell&) { return 1; }), (kMaxSumBytes + 1) / 4);
  EXPECT_EQ(error_of(longest + "+a>b"), "column 1: it has 8195 bytes; at most 8192 are allowed");
}

}  // namespace
}  // namespace eif
