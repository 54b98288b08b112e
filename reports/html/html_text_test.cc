#include "reports/html/html_text.h"

#include <gtest/gtest.h>

#include <limits>

namespace eif {
namespace {

TEST(HtmlText, IsTextAndShowsWhatWouldHide) {
  EXPECT_EQ(html_text("<b>&\"'"), "&lt;b&gt;&amp;&quot;&#39;");
  EXPECT_EQ(html_text("a\nb\x1b\u202e"), "a\\nb\\x1b\\u202e");
}

TEST(HtmlText, LinesOfProseMayEndWithinANameOfManyWords) {
  EXPECT_EQ(html_prose("a_b < c"), "a_<wbr/>b &lt; c");
}

TEST(HtmlText, AnchorsOfDifferentNamesDiffer) {
  EXPECT_EQ(html_anchor("smollm2-sparsity"), "smollm2-sparsity");
  EXPECT_EQ(html_anchor("./a b"), "_2e_2fa_20b");
  EXPECT_NE(html_anchor("a.b"), html_anchor("a b"));
}

TEST(HtmlText, NumbersHaveThreeDecimalsOrFourDigits) {
  EXPECT_EQ(html_number(-0.0468), "−0.047");
  EXPECT_EQ(html_number(-0.0001), "0.000");
  EXPECT_EQ(html_number(1234.567), "1235");
  EXPECT_EQ(html_number(std::numeric_limits<double>::quiet_NaN()), "–");
}

TEST(HtmlText, IntervalsHaveTheSameMinus) {
  EXPECT_EQ(html_interval({-0.25, 0.5}), "[−0.250, 0.500]");
  EXPECT_EQ(html_interval({}), "-");
}

TEST(HtmlText, AVerdictHasItsClass) {
  EXPECT_EQ(html_verdict(Verdict::kNotMeasured),
            "<span class=\"verdict not-measured\">not measured</span>");
}

}  // namespace
}  // namespace eif
