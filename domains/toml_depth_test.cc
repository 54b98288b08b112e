#include "domains/toml_depth.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace eif {
namespace {

using ::testing::Optional;

std::string repeated(const std::string& part, int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += part;
  return text;
}

TEST(TomlDepth, CountsDotsOfAKey) {
  EXPECT_EQ(line_nested_too_deep(repeated("a.", 32) + "a = 1"), std::nullopt);
  EXPECT_THAT(line_nested_too_deep("b = 1\n" + repeated("a.", 33) + "a = 1"), Optional(2));
  EXPECT_THAT(line_nested_too_deep(repeated("'a' . ", 33) + "a = 1"), Optional(1));
  EXPECT_THAT(line_nested_too_deep("[" + repeated("a.", 32) + "a]"), Optional(1));
}

TEST(TomlDepth, CountsBrackets) {
  EXPECT_EQ(line_nested_too_deep("a = " + repeated("[", 32) + repeated("]", 32)), std::nullopt);
  EXPECT_THAT(line_nested_too_deep("\n\na = " + repeated("[", 33)), Optional(3));
  EXPECT_THAT(line_nested_too_deep("a = " + repeated("{a=", 33)), Optional(1));
  EXPECT_THAT(line_nested_too_deep("a = [\n" + repeated("[\n", 40)), Optional(33));
}

TEST(TomlDepth, AddsBothUp) {
  EXPECT_EQ(line_nested_too_deep("a.b = " + repeated("{a.b.c=", 10) + "1"), std::nullopt);
  EXPECT_THAT(line_nested_too_deep("a.b = " + repeated("{a.b.c=", 11) + "1"), Optional(1));
}

TEST(TomlDepth, AnotherKeyBeginsAnew) {
  EXPECT_EQ(line_nested_too_deep(repeated("a.b.c = 1.5\n", 100)), std::nullopt);
  EXPECT_EQ(line_nested_too_deep("a = [" + repeated("1.5, ", 100) + "]"), std::nullopt);
  EXPECT_EQ(line_nested_too_deep("a = {" + repeated("a.b = 1.5, ", 100) + "}"), std::nullopt);
  EXPECT_EQ(line_nested_too_deep(repeated("[[a.b.c]]\n", 100)), std::nullopt);
  // What was closed does not count, and what is closed too often does not make room.
  EXPECT_EQ(line_nested_too_deep("a = [" + repeated("[],", 100) + "]"), std::nullopt);
  EXPECT_THAT(line_nested_too_deep(repeated("]", 100) + repeated("[", 33)), Optional(1));
}

TEST(TomlDepth, TextAndCommentsDoNotCount) {
  const std::string dots = repeated(".[{", 100);
  for (const std::string& text :
       {"a = \"" + dots + "\\\"" + dots + "\"", "a = '" + dots + "\\'", "# \"" + dots,
        "a = \"\"\"\n" + dots + "\"\n\\\"\"\"" + dots + "\"\"\"",
        "a = '''" + dots + "\n'" + dots + "'''", "\"" + dots + "\".b = 1"}) {
    EXPECT_EQ(line_nested_too_deep(text), std::nullopt) << text;
  }
}

TEST(TomlDepth, CountsAgainAfterATextOrComment) {
  const std::string deep = repeated("[", 33);
  EXPECT_THAT(line_nested_too_deep("# \"\na = " + deep), Optional(2));
  EXPECT_THAT(line_nested_too_deep("a = [\"\", " + deep), Optional(1));
  EXPECT_THAT(line_nested_too_deep("a = ['\\', " + deep), Optional(1));
  EXPECT_THAT(line_nested_too_deep("a = \"\nb = " + deep), Optional(2));
  EXPECT_THAT(line_nested_too_deep("a = ['''\n\n''', " + deep), Optional(3));
  // A text of several lines may end with two quotes of its own.
  EXPECT_THAT(line_nested_too_deep("a = [\"\"\"b\"\"\"\"\", " + deep), Optional(1));
  EXPECT_THAT(line_nested_too_deep("a = ['''b'''', " + deep), Optional(1));
}

}  // namespace
}  // namespace eif
