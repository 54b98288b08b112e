#include "reports/markdown_text.h"

#include <gtest/gtest.h>

namespace eif {
namespace {

TEST(MarkdownText, WordsStayAsTheyAre) {
  EXPECT_EQ(markdown_text("EIF(i→j) > 0, σ"), "EIF(i→j) &gt; 0, σ");
  EXPECT_EQ(markdown_text("a_b.c: 0.5"), "a_b.c: 0.5");
}

TEST(MarkdownText, MakesNoCellElementLinkOrFormula) {
  EXPECT_EQ(markdown_text("a | b"), "a \\| b");
  EXPECT_EQ(markdown_text("<img src=x>&lt;"), "&lt;img src=x&gt;&amp;lt;");
  EXPECT_EQ(markdown_text("[x](http://y)"), "\\[x\\](http\\://y)");
  EXPECT_EQ(markdown_text("![x](y) www.z"), "!\\[x\\](y) www\\.z");
  EXPECT_EQ(markdown_text("`a` *b* _c_ ~d~ $e$ {f} \\"),
            "\\`a\\` \\*b\\* \\_c\\_ \\~d\\~ \\$e\\$ \\{f\\} \\\\");
}

TEST(MarkdownText, CallsNobodyAndRefersToNothing) {
  EXPECT_EQ(markdown_text("@octocat #1"), "<code>@</code>octocat <code>\\#</code>1");
  EXPECT_EQ(markdown_code("@octocat #1"), "<code>@octocat \\#1</code>");
}

TEST(MarkdownText, IsOnOneLineAndHidesNothing) {
  EXPECT_EQ(markdown_text("a\n\n# b\x1b\u202e"), "a\\\\n\\\\n<code>\\#</code> b\\\\x1b\\\\u202e");
}

TEST(MarkdownText, FencesAreLongerThanThoseOfTheText) {
  EXPECT_EQ(markdown_block("a | <b>"), "```\na | <b>\n```\n");
  EXPECT_EQ(markdown_block("a\n```\nb"), "````\na\n```\nb\n````\n");
}

}  // namespace
}  // namespace eif
