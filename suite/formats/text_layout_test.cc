#include "suite/formats/text_layout.h"

#include <gtest/gtest.h>

#include <string>

namespace eif {
namespace {

TEST(Wrapped, BreaksBetweenWords) {
  EXPECT_EQ(wrapped("one two three four", {.width = 9}), "one two\nthree\nfour");
  EXPECT_EQ(wrapped("one two three four", {.indent = 2, .width = 9}), "one two\n  three\n  four");
  EXPECT_EQ(wrapped("one two", {.indent = 4, .first = 6, .width = 10}), "one\n    two");
}

TEST(Wrapped, AWordThatIsTooWideStandsAlone) {
  EXPECT_EQ(wrapped("a incomprehensibly b", {.width = 6}), "a\nincomprehensibly\nb");
}

TEST(Wrapped, LineBreaksAndTheSpacesBehindThemStay) {
  EXPECT_EQ(wrapped("Examples:\n  one\n\nend", {.width = 80}), "Examples:\n  one\n\nend");
}

TEST(Wrapped, CountsCharactersAndNotBytes) {
  EXPECT_EQ(wrapped("ααα βββ γγγ", {.width = 7}), "ααα βββ\nγγγ");
}

TEST(Wrapped, ColoursTakeNoRoom) {
  EXPECT_EQ(wrapped("one \033[32mtwo\033[0m three", {.width = 7}), "one \033[32mtwo\033[0m\nthree");
}

TEST(Sentence, EndsOnce) {
  EXPECT_EQ(sentence("it has no config.json"), "it has no config.json.");
  EXPECT_EQ(sentence("Write the file again."), "Write the file again.");
  EXPECT_EQ(sentence("Is it installed?"), "Is it installed?");
  EXPECT_EQ(sentence(""), ".");
}

TEST(ReportLine, GoesOnFurtherToTheRight) {
  EXPECT_EQ(report_line("  one two three", 9), "  one two\n    three\n");
  EXPECT_EQ(report_line("one two three", 9), "one two\n  three\n");
}

TEST(ReportLine, AnIdThatIsWiderThanALineIsBrokenBehindAMark) {
  EXPECT_EQ(report_line("  one_two_three", 10), "  one_two_\n    three\n");
  EXPECT_EQ(report_line("is one_two_three", 10), "is\n  one_two_\n  three\n");
  EXPECT_EQ(report_line("incomprehensibly", 6), "incomp\n  rehe\n  nsib\n  ly\n");
  EXPECT_EQ(report_line("ααα_βββ", 6), "ααα_\n  βββ\n");
  EXPECT_EQ(report_line("\033[32mabcdefg\033[0m", 6), "\033[32mabcdef\n  g\033[0m\n");
  EXPECT_EQ(report_line("ab", 0), "a\n  b\n");
}

TEST(ReportLine, APathStaysWhole) {
  EXPECT_EQ(report_line("in runs/of/today", 8), "in\n  runs/of/today\n");
  EXPECT_EQ(report_line("in /of_today", 8), "in\n  /of_today\n");
  EXPECT_EQ(report_line("symmetry/mutual", 10), "symmetry/\n  mutual\n");
}

TEST(ReportLine, HasNoLineBreakOfAName) {
  EXPECT_EQ(report_line("a\nb\033[2J \033[31mred\033[0m"), "a\\nb\\x1b[2J \033[31mred\033[0m\n");
}

TEST(ReportLine, ARemarkStandsBehindOrBelow) {
  EXPECT_EQ(report_line("  holds", "(by little)", 19), "  holds (by little)\n");
  EXPECT_EQ(report_line("  holds", "(by little)", 18), "  holds\n    (by little)\n");
  EXPECT_EQ(report_line("  holds", "", 18), "  holds\n");
}

TEST(Entry, StandsBesideItsNameOrBelowIt) {
  EXPECT_EQ(entry("cnn", "a small network of convolutions", 6, 28),
            "  cnn     a small network of\n          convolutions\n");
  EXPECT_EQ(entry("a_longer_name", "text", 6, 28), "  a_longer_name\n          text\n");
  EXPECT_EQ(entry("cnn", "", 6), "  cnn\n");
}

TEST(Table, AlignsItsColumns) {
  EXPECT_EQ(table({{"", "fact", "naïve"}, {"fact", "0.75", "1"}, {"b", "-0.02", "10"}}),
            "       fact      b\n"
            "fact   0.75  -0.02\n"
            "naïve     1     10\n");
}

TEST(Table, WhatIsTooWideStandsInBlocks) {
  EXPECT_EQ(table({{"", "x"}, {"aaaa", "1"}, {"bbbb", "2"}, {"cccc", "3"}}, 14),
            "   aaaa  bbbb\n"
            "x     1     2\n"
            "\n"
            "   cccc\n"
            "x     3\n");
}

TEST(Table, ACellIsOneLine) {
  EXPECT_EQ(table({{"", "a\nb"}, {"c\33[2J", "1"}}), "      c\\x1b[2J\na\\nb         1\n");
}

}  // namespace
}  // namespace eif
