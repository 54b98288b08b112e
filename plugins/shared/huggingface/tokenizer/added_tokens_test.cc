#include "plugins/shared/huggingface/tokenizer/added_tokens.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace eif::tokenizer {
namespace {

using testing::ElementsAre;

// "text" for text, "[text]" for tokens.
std::vector<std::string> split(const std::vector<AddedToken>& tokens, std::string_view text) {
  AddedTokenMatcher matcher;
  for (const AddedToken& token : tokens) EXPECT_TRUE(matcher.add(token.content, token));
  std::vector<std::string> parts;
  for (const Segment& segment : matcher.split(text)) {
    const std::string part(text.substr(segment.begin, segment.end - segment.begin));
    parts.push_back(segment.token ? absl::StrCat("[", part, "]") : part);
  }
  return parts;
}

TEST(AddedTokens, TakesTheLongestAtTheLeftmostPlace) {
  EXPECT_THAT(split({{.id = 1, .content = "ab"}, {.id = 2, .content = "abcd"}, {.content = "bcde"}},
                    "xabcdeabc"),
              ElementsAre("x", "[abcd]", "e", "[ab]", "c"));
}

TEST(AddedTokens, StripsWhiteSpaceOfEveryKind) {
  EXPECT_THAT(split({{.content = "<l>", .lstrip = true}, {.content = "<r>", .rstrip = true}},
                    "a \u3000<l> b\n<r>\t\u00A0c"),
              ElementsAre("a", "[ \u3000<l>]", " b\n", "[<r>\t\u00A0]", "c"));
}

TEST(AddedTokens, SingleWordsDoNotTouchOtherWords) {
  const std::vector<AddedToken> tokens = {{.content = "yes", .single_word = true}};
  EXPECT_THAT(split(tokens, "yes,yes"), ElementsAre("[yes]", ",", "[yes]"));
  EXPECT_THAT(split(tokens, "eyes yes\u0301 yes_"), ElementsAre("eyes yes\u0301 yes_"));
}

TEST(AddedTokens, WhiteSpaceThatIsSwallowedIsNoTokenOfItsOwn) {
  EXPECT_THAT(split({{.content = "  ", .lstrip = true, .rstrip = true}}, "a      b"),
              ElementsAre("a", "[      ]", "b"));
}

TEST(AddedTokens, TwoTokensCannotLookTheSame) {
  AddedTokenMatcher matcher;
  EXPECT_TRUE(matcher.add("a", {.id = 1, .content = "a"}));
  EXPECT_FALSE(matcher.add("a", {.id = 2, .content = "a"}));
}

}  // namespace
}  // namespace eif::tokenizer
