#include "plugins/shared/huggingface/tokenizer/regex.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plugins/shared/huggingface/tokenizer/text_growth.h"
#include "suite/formats/test_files.h"

namespace eif::tokenizer {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> pieces(std::string_view pattern, std::string_view text, Cut behaviour) {
  const absl::StatusOr<Regex> regex = Regex::oniguruma(pattern);
  EXPECT_TRUE(regex.ok()) << regex.status();
  std::vector<std::string> pieces;
  for (const Span& span : cut(*regex->spans(text), behaviour)) {
    pieces.emplace_back(text.substr(span.begin, span.end - span.begin));
  }
  return pieces;
}

TEST(Regex, CutsInFiveWays) {
  const std::string_view text = "the-final--countdown";
  EXPECT_THAT(pieces("-", text, Cut::kRemoved), ElementsAre("the", "final", "countdown"));
  EXPECT_THAT(pieces("-", text, Cut::kIsolated),
              ElementsAre("the", "-", "final", "-", "-", "countdown"));
  EXPECT_THAT(pieces("-", text, Cut::kMergedWithPrevious),
              ElementsAre("the-", "final-", "-", "countdown"));
  EXPECT_THAT(pieces("-", text, Cut::kMergedWithNext),
              ElementsAre("the", "-final", "-", "-countdown"));
  EXPECT_THAT(pieces("-", text, Cut::kContiguous),
              ElementsAre("the", "-", "final", "--", "countdown"));
}

TEST(Regex, EmptyMatchesSeparateCharacters) {
  EXPECT_THAT(pieces(R"(\d*)", "éa12b", Cut::kIsolated), ElementsAre("é", "a", "12", "b"));
}

TEST(Regex, LookbehindSeesTheTextBeforeTheSearch) {
  EXPECT_THAT(pieces("(?<=a)b|a", "ab b", Cut::kIsolated), ElementsAre("a", "b", " b"));
}

TEST(Regex, AnchorsStandAtLines) {
  EXPECT_THAT(pieces("^b$", "a\nb\r\nb", Cut::kRemoved), ElementsAre("a\nb\r\n"));
}

TEST(Regex, MongolianVowelSeparatorIsNoWhiteSpace) {
  EXPECT_THAT(pieces(R"(\s)", "a\u180Eb\u3000c", Cut::kRemoved), ElementsAre("a\u180Eb", "c"));
}

TEST(Regex, LiteralTextIsNoPattern) {
  const absl::StatusOr<Regex> regex = Regex::literal(".*");
  ASSERT_TRUE(regex.ok()) << regex.status();
  EXPECT_EQ(*regex->replace("a.*.*b", "$0", most_bytes_of(6)), "a$0$0b");
}

TEST(Regex, NamesWhatPcre2CannotCompile) {
  const absl::Status status = Regex::oniguruma("(?<=a+)b").status();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnimplemented);
  EXPECT_THAT(std::string(status.message()), HasSubstr("PCRE2 cannot compile the pattern: "));
  EXPECT_THAT(std::string(Regex::oniguruma(R"(\p{Klingon})").status().message()),
              HasSubstr("unknown property"));
}

TEST(Regex, GivesUpOnPatternsThatBacktrackWithoutEnd) {
  const absl::StatusOr<Regex> regex = Regex::oniguruma("(a+)+b");
  ASSERT_TRUE(regex.ok()) << regex.status();
  const absl::Status status = regex->spans(std::string(40, 'a') + "c" + "b").status();
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("gave up at byte 0 of a text of 42 bytes: match limit exceeded"));
}

TEST(Regex, GivesUpOnPatternsThatRememberTooMuch) {
  // A place to go back to for each character, of more than 100 bytes: 100 MB.
  const absl::StatusOr<Regex> regex = Regex::oniguruma("(?:a|b)*c");
  ASSERT_TRUE(regex.ok()) << regex.status();
  const absl::Status status = regex->spans(std::string(999'999, 'a') + "c").status();
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("gave up at byte 0 of a text of 1000000 bytes: heap limit exceeded"));
}

TEST(Regex, TakesAtMost64MiBForAnyPattern) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "a sanitizer adds memory of its own to every allocation";
#endif
  const absl::StatusOr<Regex> regex = Regex::oniguruma("(?:a|b)*c");
  ASSERT_TRUE(regex.ok()) << regex.status();
  const std::string text = std::string(999'999, 'a') + "c";
  absl::Status status;
  const size_t memory = peak_memory_of([&] { status = regex->spans(text).status(); });
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_LT(memory, size_t{64} << 20);
  EXPECT_GT(memory, size_t{8} << 20);  // or nothing was measured
}

TEST(Regex, AReplacementThatIsTooLongIsNotMade) {
  const absl::StatusOr<Regex> regex = Regex::literal("a");
  ASSERT_TRUE(regex.ok()) << regex.status();
  EXPECT_TRUE(regex->replace("aa", std::string(528, 'b'), most_bytes_of(2)).ok());
  const absl::Status status =
      regex->replace("aa", std::string(529, 'b'), most_bytes_of(2)).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(
      status.message(),
      "the normalizer or pre_tokenizer of the tokenizer makes 1058 bytes of a text of 2, "
      "expected at most 1056 (16 times the text and 1024). No real tokenizer.json does that.");
}

}  // namespace
}  // namespace eif::tokenizer
