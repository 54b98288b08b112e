#include "suite/formats/printable.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace eif {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(Printable, WhatIsHarmlessStays) {
  const std::string text = "σ ≥ 0.1, naïve 😀 C:\\path \"x\" عربى";
  EXPECT_EQ(printable(text), text);
  EXPECT_EQ(printable_document(text + "\n\tnext\n"), text + "\n\tnext\n");
}

TEST(Printable, ControlsAreEscaped) {
  EXPECT_EQ(printable("a\33[2Jb"), "a\\x1b[2Jb");
  EXPECT_EQ(printable("\33]0;title\7"), "\\x1b]0;title\\x07");
  EXPECT_EQ(printable("one\r\ntwo\tthree"), "one\\r\\ntwo\\tthree");
  EXPECT_EQ(printable(std::string("a\0b\x7f", 4)), "a\\x00b\\x7f");
}

TEST(Printable, ControlsOfTheUpperHalfAreEscapedWhetherUtf8OrNot) {
  EXPECT_EQ(printable("\xC2\x9B"
                      "31m"),
            "\\u009b31m");  // CSI as a character
  EXPECT_EQ(printable("\x9B"
                      "31m"),
            "\\x9b31m");  // and as a byte
}

TEST(Printable, DirectionAndSeparatorsAreEscaped) {
  EXPECT_EQ(printable("a\u202Eb\u2028c\uFEFF\u200B"), "a\\u202eb\\u2028c\\ufeff\\u200b");
  EXPECT_EQ(printable("\U000E0041"), "\\U000e0041");
  EXPECT_EQ(printable("می\u200Cخواهم"), "می\u200Cخواهم");
}

TEST(Printable, ALongLineLosesItsMiddle) {
  const std::string line = printable(std::string(1 << 20, 'a') + "; do this", 400);
  EXPECT_LT(line.size(), 460u);
  EXPECT_THAT(line, StartsWith("aaa"));
  EXPECT_THAT(line, HasSubstr(" bytes left out) … aaa"));
  EXPECT_THAT(line, ::testing::EndsWith("; do this"));
}

TEST(Printable, NoCharacterIsCut) {
  std::string accents;
  for (int i = 0; i < 100; ++i) accents += "é";
  for (size_t longest = 40; longest < 44; ++longest) {
    EXPECT_THAT(printable(accents, longest), ::testing::Not(HasSubstr("\\x")));
    EXPECT_THAT(in_quotes(accents, longest), ::testing::Not(HasSubstr("\\x")));
  }
}

TEST(Printable, ADocumentKeepsItsLinesOnly) {
  EXPECT_EQ(printable_document("a\tb\n\33[31mc\r\n"), "a\tb\n\\x1b[31mc\\r\n");
}

TEST(Printable, OnlyColoursOfAReportMayPass) {
  const std::string text = "\033[31mred\033[0m \033[8mhidden \033]0;title\a";
  EXPECT_EQ(printable(text, kLongestLine, Colors::kKept),
            "\033[31mred\033[0m \\x1b[8mhidden \\x1b]0;title\\x07");
  EXPECT_THAT(printable(text), ::testing::Not(HasSubstr("\033")));
  EXPECT_EQ(printable_document(text + "\n", Colors::kKept),
            "\033[31mred\033[0m \\x1b[8mhidden \\x1b]0;title\\x07\n");
}

TEST(InQuotes, QuotesCannotBeClosedFromWithin) {
  EXPECT_EQ(in_quotes("a\" is fine; \\"), R"("a\" is fine; \\")");
  EXPECT_EQ(in_quotes("line\nbreak"), R"("line\nbreak")");
}

TEST(InQuotes, IsShort) {
  EXPECT_EQ(in_quotes(std::string(101, 'a')), "\"" + std::string(100, 'a') + "…\"");
  EXPECT_EQ(in_quotes(std::string(100, 'a')), "\"" + std::string(100, 'a') + "\"");
}

}  // namespace
}  // namespace eif
