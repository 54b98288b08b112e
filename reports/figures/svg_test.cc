#include "reports/figures/svg.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reports/figures/svg_for_test.h"

namespace eif {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

TEST(SvgTest, HasASizeANameAndAWhiteBackground) {
  const std::string document = Svg(200, 100.5, "Losses").finish();
  const std::vector<SvgElement> elements = svg_elements(document);
  ASSERT_THAT(elements, SizeIs(3));
  EXPECT_EQ(elements[0].tag, "svg");
  EXPECT_EQ(elements[0].attributes.at("width"), "200");
  EXPECT_EQ(elements[0].attributes.at("viewBox"), "0 0 200 101");
  EXPECT_EQ(elements[1].tag, "title");
  EXPECT_EQ(elements[1].text, "Losses");
  EXPECT_EQ(elements[2].attributes.at("fill"), "#ffffff");
  EXPECT_EQ(elements[2].attributes.at("height"), "101");
}

TEST(SvgTest, TextIsEscapedWhereverItStands) {
  Svg svg(10, 10, "a < b & \"c\"");
  svg.text(1, 2, "<script>'x'</script> & more", {});
  svg.rect({0, 0, 1, 1}, "#000000", "1 > 0");
  const std::string document = std::move(svg).finish();
  EXPECT_EQ(document.find("<script>"), std::string::npos);
  EXPECT_THAT(svg_texts(document), ElementsAre("<script>'x'</script> & more"));
  const std::vector<SvgElement> titles = svg_elements(document, "title");
  ASSERT_THAT(titles, SizeIs(2));
  EXPECT_EQ(titles[0].text, "a < b & \"c\"");
  EXPECT_EQ(titles[1].text, "1 > 0");
}

TEST(SvgTest, TextKeepsUtf8AndLosesWhatXmlHasNoPlaceFor) {
  EXPECT_EQ(xml_escaped("σ → ‖E‖"), "σ → ‖E‖");
  EXPECT_EQ(xml_escaped(std::string("a\0b\x1b", 4)),
            "a\xEF\xBF\xBD"
            "b\xEF\xBF\xBD");
  EXPECT_EQ(xml_escaped("two\nlines\t"), "two\nlines\t");
  EXPECT_EQ(xml_escaped("\uFFFDa\uFFFEb\uFFFF"), "\uFFFDa\uFFFDb\uFFFD");
}

TEST(SvgTest, StyleBecomesAttributes) {
  Svg svg(10, 10, "");
  svg.text(3, 4, "x", {.size = 9, .anchor = Anchor::kEnd, .bold = true, .rotation = -90});
  svg.line(0, 1, 2, 3.14159, {.color = "#112233", .width = 0.5, .dashed = true});
  const std::string document = std::move(svg).finish();
  const SvgElement text = svg_elements(document, "text").front();
  EXPECT_THAT(
      text.attributes,
      UnorderedElementsAre(Pair("x", "3"), Pair("y", "4"), Pair("font-size", "9"),
                           Pair("text-anchor", "end"), Pair("fill", kInk),
                           Pair("font-weight", "bold"), Pair("transform", "rotate(-90 3 4)")));
  const SvgElement line = svg_elements(document, "line").front();
  EXPECT_EQ(line.attributes.at("y2"), "3.14");
  EXPECT_EQ(line.attributes.at("stroke-dasharray"), "4 3");
}

TEST(SvgTest, WidthCountsCharactersAndNotBytes) {
  EXPECT_DOUBLE_EQ(text_width("σ→", 10), text_width("ab", 10));
  EXPECT_GT(text_width("abc", 10), text_width("ab", 10));
  EXPECT_DOUBLE_EQ(text_width("ab", 20), 2 * text_width("ab", 10));
}

TEST(SvgTest, LinesAreBrokenAtSpaces) {
  EXPECT_THAT(wrapped("one two three", 7), ElementsAre("one two", "three"));
  EXPECT_THAT(wrapped("one two three", 13), ElementsAre("one two three"));
  EXPECT_THAT(wrapped("incomprehensible is long", 5),
              ElementsAre("incomprehensible", "is", "long"));
  EXPECT_THAT(wrapped("σ σ σ", 3), ElementsAre("σ σ", "σ"));
  EXPECT_THAT(wrapped("", 5), ElementsAre());
}

}  // namespace
}  // namespace eif
