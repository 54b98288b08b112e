#include "plugins/shared/huggingface/tokenizer/regex.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plugins/shared/huggingface/tokenizer/text_growth.h"
#include "suite/formats/test_files.h"

namespace eif::tokenizer {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

absl::StatusOr<std::vector<Span>> spans_of(const Regex& regex, std::string_view text) {
  MatchBudget budget(text.size());
  return regex.spans(text, budget);
}

std::vector<std::string> pieces(std::string_view pattern, std::string_view text, Cut behaviour) {
  const absl::StatusOr<Regex> regex = Regex::oniguruma(pattern);
  EXPECT_TRUE(regex.ok()) << regex.status();
  std::vector<std::string> pieces;
  for (const Span& span : cut(*spans_of(*regex, text), behaviour)) {
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
  MatchBudget budget(6);
  const absl::StatusOr<Regex> regex = Regex::literal(".*");
  ASSERT_TRUE(regex.ok()) << regex.status();
  EXPECT_EQ(*regex->replace("a.*.*b", "$0", most_bytes_of(6), budget), "a$0$0b");
}

// Expected pieces are those of the Hugging Face library 0.23.
TEST(Regex, ClassesWithinClassesAndIntersectionsAreSets) {
  const Cut isolated = Cut::kIsolated;
  EXPECT_THAT(pieces("[^a[b]]+", "abcdab", isolated), ElementsAre("ab", "cd", "ab"));
  EXPECT_THAT(pieces("[a-w&&[^c-g]z]+", "abcdefghz", isolated),
              ElementsAre("ab", "cdefg", "h", "z"));
  EXPECT_THAT(pieces("[^a-z&&[^aeiou]]+", "hello world", isolated),
              ElementsAre("h", "e", "ll", "o ", "w", "o", "rld"));
  EXPECT_THAT(pieces("[a-c&&b-d&&c-e]", "abcde", isolated), ElementsAre("ab", "c", "de"));
  EXPECT_THAT(pieces(R"([\w&&[^\d]]+)", "ab12é_", isolated), ElementsAre("ab", "12", "é_"));
  EXPECT_THAT(pieces(R"( ?[^(\s|[.,!?…。，、।۔،])]+)", "hi, there. (x) y|z", isolated),
              ElementsAre("hi", ",", " there", ". (", "x", ")", " y", "|", "z"));
}

TEST(Regex, WordsEndAtBoundaries) {
  EXPECT_THAT(pieces(R"(\b)", "hello, wörld x", Cut::kIsolated),
              ElementsAre("hello", ", ", "wörld", " ", "x"));
  EXPECT_THAT(pieces(R"(\B)", "hello", Cut::kIsolated), ElementsAre("h", "e", "l", "l", "o"));
}

TEST(Regex, CountsStepsWhereOnePlaceTakesMany) {
  // The first place takes more than the free steps, and finds nothing; the last one does.
  const std::string text = std::string(12, 'a') + " ab";
  EXPECT_THAT(pieces("(?:a|aa)+b", text, Cut::kIsolated),
              ElementsAre(std::string(12, 'a') + " ", "ab"));
  const absl::StatusOr<Regex> regex = Regex::oniguruma("(?:a|aa)+b");
  ASSERT_TRUE(regex.ok()) << regex.status();
  MatchBudget budget(0);
  ASSERT_TRUE(budget.spend(MatchBudget::kSteps));
  EXPECT_EQ(regex->spans(text, budget).status().code(), absl::StatusCode::kResourceExhausted);
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
  const absl::Status status = spans_of(*regex, std::string(40, 'a') + "c" + "b").status();
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("gave up at byte 0 of a text of 42 bytes: match limit exceeded"));
}

TEST(Regex, GivesUpOnPatternsThatRememberTooMuch) {
  // A place to go back to for each character, of more than 100 bytes: 100 MB.
  const absl::StatusOr<Regex> regex = Regex::oniguruma("(?:a|b)*c");
  ASSERT_TRUE(regex.ok()) << regex.status();
  const absl::Status status = spans_of(*regex, std::string(999'999, 'a') + "c").status();
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
  const size_t memory = peak_memory_of([&] { status = spans_of(*regex, text).status(); });
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_LT(memory, size_t{64} << 20);
  EXPECT_GT(memory, size_t{8} << 20);  // or nothing was measured
}

TEST(Regex, AReplacementThatIsTooLongIsNotMade) {
  MatchBudget budget(2);
  const absl::StatusOr<Regex> regex = Regex::literal("a");
  ASSERT_TRUE(regex.ok()) << regex.status();
  EXPECT_TRUE(regex->replace("aa", std::string(528, 'b'), most_bytes_of(2), budget).ok());
  const absl::Status status =
      regex->replace("aa", std::string(529, 'b'), most_bytes_of(2), budget).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(
      status.message(),
      "the normalizer or pre_tokenizer of the tokenizer makes 1058 bytes of a text of 2, "
      "expected at most 1056 (16 times the text and 1024). No real tokenizer.json does that.");
}

}  // namespace
}  // namespace eif::tokenizer
