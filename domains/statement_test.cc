#include "domains/statement.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace eif {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<StatementPart> split(std::string_view statement) {
  absl::StatusOr<std::vector<StatementPart>> parts = split_statement(statement);
  EXPECT_TRUE(parts.ok()) << parts.status();
  return parts.value_or(std::vector<StatementPart>());
}

StatementPart text(std::string text) { return {.placeholder = false, .text = std::move(text)}; }
StatementPart name(std::string name) { return {.placeholder = true, .text = std::move(name)}; }

std::string error_of(std::string_view statement) {
  const absl::Status status = split_statement(statement).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  return std::string(status.message());
}

std::string check_error(std::string_view statement) {
  const absl::Status status = check_statement(statement);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << statement;
  return std::string(status.message());
}

TEST(CheckStatement, TakesTextOfUtf8) {
  for (const std::string& good : std::vector<std::string>{
           "a", "tab\there", " leading", "λ ≤ \xF0\x9F\x90\xB8", "\xC2\x80",
           "two\nlines\r\n\n\tand more\n", "\xE0\xA0\x80", "\xED\x9F\xBF", "\xF4\x8F\xBF\xBF"}) {
    EXPECT_TRUE(check_statement(good).ok()) << check_statement(good) << ": " << good;
  }
  EXPECT_TRUE(check_statement(std::string(kMaxStatementBytes, 'a')).ok());
}

TEST(CheckStatement, ErrorWhenTooLong) {
  EXPECT_EQ(check_error(std::string(kMaxStatementBytes + 1, 'a')),
            "has 16385 bytes; at most 16384 are allowed");
}

TEST(CheckStatement, ErrorWhenBlank) {
  for (const char* blank : {"", " ", " \t ", "\n", "\r\n \n"}) {
    EXPECT_EQ(check_error(blank), "is blank; expected text");
  }
}

TEST(CheckLine, ErrorWhenItHasALineBreak) {
  for (const char* broken : {"a\nb", "a\rb", "a\n"}) {
    const absl::Status status = check_line(broken);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(status.message(), "has a line break; expected one line of text");
  }
  EXPECT_TRUE(check_line("tab\there").ok());
}

TEST(CheckStatement, ErrorWhenItHasAControlCharacter) {
  for (const std::string& bad : std::vector<std::string>{
           std::string("a\0b", 3), std::string("\x1b[31m"), std::string("\x7f")}) {
    EXPECT_EQ(check_error(bad), "has a control character; expected text");
  }
}

TEST(CheckStatement, ErrorWhenNotUtf8) {
  // Stray and missing continuation, overlong forms, a surrogate, above U+10FFFF, impossible bytes.
  for (const std::string& bad :
       std::vector<std::string>{"\x80", "\xC3", "\xC3(", "\xE2\x89", "\xF0\x9F\x90", "\xC0\xAF",
                                "\xC1\xBF", "\xE0\x9F\xBF", "\xF0\x8F\xBF\xBF", "\xED\xA0\x80",
                                "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF"}) {
    EXPECT_EQ(check_error("é" + bad), "is not UTF-8 from byte 3; save the file as UTF-8");
  }
}

TEST(SplitStatement, FindsPlaceholdersAnywhere) {
  EXPECT_THAT(split("{A} is in {B}."),
              ElementsAre(name("A"), text(" is in "), name("B"), text(".")));
  EXPECT_THAT(split("all {pimjon}s"), ElementsAre(text("all "), name("pimjon"), text("s")));
  EXPECT_THAT(split("{a_1}{Bc}"), ElementsAre(name("a_1"), name("Bc")));
  EXPECT_THAT(split("none"), ElementsAre(text("none")));
  EXPECT_THAT(split(""), IsEmpty());
}

TEST(SplitStatement, DoubledBracesAreText) {
  EXPECT_THAT(split("{{A}} or {{{A}}}"), ElementsAre(text("{A} or {"), name("A"), text("}")));
}

TEST(SplitStatement, BytesBeyondAsciiAreText) {
  EXPECT_THAT(split("λ{A}≤"), ElementsAre(text("λ"), name("A"), text("≤")));
}

TEST(SplitStatement, ErrorWhenABraceIsNotClosed) {
  EXPECT_EQ(error_of("a {klarbu is"),
            "\"a {klarbu is\": the { at byte 3 is not closed; a placeholder is written {name}, a "
            "brace itself {{ or }}");
}

TEST(SplitStatement, ErrorWhenABraceClosesNothing) {
  EXPECT_EQ(error_of("a klarbu} is"),
            "\"a klarbu} is\": the } at byte 9 closes nothing; a placeholder is written {name}, a "
            "brace itself {{ or }}");
}

TEST(SplitStatement, ErrorWhenTheNameIsNone) {
  for (const std::string& bad : std::vector<std::string>{"", "1A", "_A", "a b", "a{b", "é"}) {
    EXPECT_EQ(error_of("is {" + bad + "}"),
              "\"is {" + bad + "}\": \"" + bad +
                  "\" is no placeholder name, which is a letter and then letters, digits or _; a "
                  "placeholder is written {name}, a brace itself {{ or }}");
  }
}

TEST(EscapeBraces, IsUndoneBySplitting) {
  for (const std::string& original :
       std::vector<std::string>{"$\\mathcal{O}(n)$", "{", "}}", "{A}"}) {
    EXPECT_THAT(split(escape_braces(original)), ElementsAre(text(original)));
  }
}

}  // namespace
}  // namespace eif
