#include "plugins/shared/huggingface/tokenizer/oniguruma.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace eif::tokenizer {
namespace {

using testing::HasSubstr;

std::string translated(std::string_view pattern) {
  const absl::StatusOr<std::string> result = to_pcre2(pattern);
  return result.ok() ? *result : std::string(result.status().message());
}

std::string refusal(std::string_view pattern) {
  const absl::StatusOr<std::string> result = to_pcre2(pattern);
  EXPECT_EQ(result.status().code(), absl::StatusCode::kUnimplemented) << pattern;
  return std::string(result.status().message());
}

TEST(Oniguruma, CharactersBecomeTheirCodePoints) {
  EXPECT_EQ(translated("a▁"), R"(\x{61}\x{2581})");
  EXPECT_EQ(translated(R"(\.\x41\x{e9}\u2003\v)"), R"(\x{2e}\x{41}\x{e9}\x{2003}\x{b})");
}

TEST(Oniguruma, WhiteSpaceIsUnicodesAndNotThatOfPcre2) {
  EXPECT_THAT(translated(R"(\s)"), testing::StartsWith(R"([\x09-\x0D\x20\x{85})"));
  EXPECT_THAT(translated(R"(\s)"), testing::Not(HasSubstr("180")));
}

TEST(Oniguruma, CategoriesStayAndScriptsAreNotScriptExtensions) {
  EXPECT_EQ(translated(R"([\p{L}\P{Nd}]\p{Han})"), R"([\p{L}\P{Nd}][\p{sc:Han}])");
}

TEST(Oniguruma, LowercaseHIsAHexadecimalDigit) { EXPECT_EQ(translated(R"(\h)"), "[0-9A-Fa-f]"); }

TEST(Oniguruma, RepetitionUpToANumberBeginsAtNone) {
  EXPECT_EQ(translated("a{,2}"), R"(\x{61}{0,2})");
  EXPECT_EQ(translated("a{2,}b{3}"), R"(\x{61}{2,}\x{62}{3})");
}

TEST(Oniguruma, DashAtEitherEndOfAClassIsACharacter) {
  EXPECT_EQ(translated("[-a-c-]"), R"([\x{2d}\x{61}-\x{63}\x{2d}])");
}

TEST(Oniguruma, ClassesWithinClassesAreOneListOrAlternatives) {
  EXPECT_EQ(translated("[a[bc]]"), R"([\x{61}\x{62}\x{63}])");
  EXPECT_EQ(translated("[^a[b]]"), R"([^\x{61}\x{62}])");
  EXPECT_EQ(translated("[a[^b]]"), R"((?:(?:[\x{61}]|[^\x{62}])))");
}

TEST(Oniguruma, IntersectionsLookAhead) {
  EXPECT_EQ(translated("[a&&b]"), R"((?:(?=[\x{61}])[\x{62}]))");
  EXPECT_EQ(translated("[^a&&b]"), R"((?:(?!(?=[\x{61}])[\x{62}])[\x00-\x{10FFFF}]))");
}

TEST(Oniguruma, WordCharactersAreMoreThanThoseOfPcre2) {
  EXPECT_EQ(translated(R"(\w)"), R"([\p{Alphabetic}\p{M}\p{Nd}\p{Pc}])");
  EXPECT_EQ(translated(R"([\w-])"), R"([\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\x{2d}])");
  EXPECT_EQ(translated(R"(\W)"), R"([^\p{Alphabetic}\p{M}\p{Nd}\p{Pc}])");
  EXPECT_THAT(translated(R"(\b)"), testing::StartsWith(R"((?:(?<=[\p{Alphabetic})"));
}

TEST(Oniguruma, RefusesWhatMeansSomethingElseInPcre2) {
  EXPECT_EQ(refusal(R"(a\G)"),
            "the pattern has the escape \"\\G\" at byte 1, which PCRE2 lacks or reads differently");
  for (const char* pattern :
       {R"([\b])", R"(\K)", R"(\R)", R"(\X)", R"(\1)", R"(\xe9)", R"(\x{)", R"(\x{110000})",
        R"(\ud800)", R"(\p)", R"(\é)", R"([\H])", "\\"}) {
    EXPECT_THAT(refusal(pattern), HasSubstr("the escape")) << pattern;
  }
}

TEST(Oniguruma, RefusesGroupsThatPerlReadsDifferently) {
  for (const char* pattern :
       {"(?m:.)", "(?x)a", "(?<name>a)", "(?#c)", "a(?i)b", "(*ACCEPT)", "(?é"}) {
    EXPECT_THAT(refusal(pattern), HasSubstr("the group \"(")) << pattern;
  }
}

TEST(Oniguruma, RefusesAGroupThatIsClosedTwice) {
  EXPECT_EQ(refusal("(a))"), "the pattern has \")\" at byte 3, which closes no group");
}

TEST(Oniguruma, RefusesAQuantifierAfterBraces) {
  EXPECT_THAT(refusal("a{2,3}+"), HasSubstr("a repetition in braces and a quantifier after it"));
  EXPECT_THAT(refusal("a{2}?"), HasSubstr("a repetition in braces and a quantifier after it"));
}

TEST(Oniguruma, RefusesBracesThatAreNoRepetition) {
  for (const char* pattern : {"a{", "a{x}", "a{,}", "a{1"}) {
    EXPECT_THAT(refusal(pattern), HasSubstr("which begins no repetition")) << pattern;
  }
}

TEST(Oniguruma, RefusesClassesThatPcre2ReadsDifferently) {
  EXPECT_THAT(refusal("[[:alpha:]]"), HasSubstr("a class inside a class that begins with a colon"));
  EXPECT_THAT(refusal("[a&&]"), HasSubstr("an intersection with nothing"));
  EXPECT_THAT(refusal("[&&a]"), HasSubstr("an intersection with nothing"));
  EXPECT_THAT(refusal("(?i:[a&&b])"), HasSubstr("an intersection at byte 4, which without regard to case"));
  EXPECT_THAT(refusal("[[a]-c]"), HasSubstr("a range that begins with a set"));
  EXPECT_THAT(refusal("[a-&&b]"), HasSubstr("a range up to a class"));
  EXPECT_THAT(refusal(std::string(99, '[')), HasSubstr("classes within classes"));
  EXPECT_THAT(refusal("[]a]"), HasSubstr("an empty class"));
  EXPECT_THAT(refusal("[a"), HasSubstr("which nothing closes"));
  EXPECT_THAT(refusal("[a-"), HasSubstr("which nothing closes"));
  EXPECT_THAT(refusal(R"([\d-z])"), HasSubstr("a range that begins with a set"));
  EXPECT_THAT(refusal("[a-[b]]"), HasSubstr("a range up to a class"));
  EXPECT_THAT(refusal(R"([a-\d])"), HasSubstr("the escape \"\\d\""));
  EXPECT_THAT(refusal("[a-c-e]"), HasSubstr("\"-\" after a range"));
}

TEST(Oniguruma, RefusesLettersThatFoldTogetherWithoutRegardToCase) {
  EXPECT_THAT(refusal("(?i:ss)"), HasSubstr("such as ß for ss"));
  EXPECT_THAT(refusal("(?i:S(?:T))"), HasSubstr("\"st\" before this"));
  EXPECT_THAT(refusal("(?i)é"), HasSubstr("a letter beyond ASCII"));
  EXPECT_THAT(refusal(R"((?i:\p{Lu}))"), HasSubstr(R"(\p{Lu})"));
}

TEST(Oniguruma, RegardsCaseAgainAfterTheGroup) {
  EXPECT_EQ(translated("(?i:s|t)ss"), R"((?i:\x{73}|\x{74})\x{73}\x{73})");
  EXPECT_EQ(translated("(?i:(?-i:ß))"), R"((?i:(?-i:\x{df})))");
}

}  // namespace
}  // namespace eif::tokenizer
