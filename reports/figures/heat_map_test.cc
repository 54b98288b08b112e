#include "reports/figures/heat_map.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "reports/figures/color_scale.h"
#include "reports/figures/svg_for_test.h"

namespace eif {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;
using ::testing::Not;
using ::testing::SizeIs;

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

HeatMap example() {
  return {.text = {.title = "Influence & more",
                   .subtitle = "How much a < b helps.",
                   .caption = "tiny, learning rate 0.5, seeds 0–9"},
          .panels = {{"by fine-tuning", 2, 2, {2, 0, -2, 0.5}},
                     {"in context", 2, 2, {kMissing, 1, 0, 0.25}}},
          .rows = {{"fact", {"a klarbu is a pimjon"}}, {"chain", {"one <link>", "another link"}}},
          .columns = {{"fact", {"a klarbu is a pimjon"}}, {"asked", {"is it so?"}}},
          .unit = "influence ÷ self scale",
          .limit = 2};
}

// Those with a hint, which only labelled cells have.
std::vector<SvgElement> cells(const std::string& document) {
  const std::vector<SvgElement> elements = svg_elements(document);
  std::vector<SvgElement> cells;
  for (size_t i = 0; i + 1 < elements.size(); ++i) {
    if (elements[i].tag == "rect" && elements[i + 1].tag == "title") cells.push_back(elements[i]);
  }
  return cells;
}

TEST(HeatMapTest, EachCellHasTheColourOfItsValue) {
  const std::vector<SvgElement> drawn = cells(heat_map_svg(example()));
  ASSERT_THAT(drawn, SizeIs(8));
  const std::vector<double> values = {2, 0, -2, 0.5, kMissing, 1, 0, 0.25};
  for (size_t i = 0; i < values.size(); ++i) {
    EXPECT_EQ(drawn[i].attributes.at("fill"), diverging_color(values[i], 2)) << i;
  }
}

TEST(HeatMapTest, CellsLieInRowsAndColumns) {
  const std::vector<SvgElement> drawn = cells(heat_map_svg(example()));
  ASSERT_THAT(drawn, SizeIs(8));
  const double side = drawn[0].number("width");
  EXPECT_DOUBLE_EQ(drawn[1].number("x"), drawn[0].number("x") + side);
  EXPECT_DOUBLE_EQ(drawn[1].number("y"), drawn[0].number("y"));
  EXPECT_DOUBLE_EQ(drawn[2].number("x"), drawn[0].number("x"));
  EXPECT_DOUBLE_EQ(drawn[2].number("y"), drawn[0].number("y") + side);
  EXPECT_GT(drawn[4].number("x"), drawn[1].number("x") + side);  // the other panel
}

TEST(HeatMapTest, WordsAndNumbersAreText) {
  EXPECT_THAT(svg_texts(heat_map_svg(example())),
              IsSupersetOf({"Influence & more", "How much a < b helps.",
                            "tiny, learning rate 0.5, seeds 0–9", "by fine-tuning", "in context",
                            "a klarbu is a pimjon", "one <link>", "another link", "is it so?",
                            "influence ÷ self scale", "trained on", "evaluated on", "2.00", "−2.00",
                            "–", "0.25"}));
}

TEST(HeatMapTest, HintsNameTheCell) {
  std::vector<std::string> hints;
  for (const SvgElement& hint : svg_elements(heat_map_svg(example()), "title")) {
    hints.push_back(hint.text);
  }
  EXPECT_THAT(hints, Contains("chain → asked: 0.5"));
}

TEST(HeatMapTest, ColourBarGoesFromOneLimitToTheOtherThroughWhite) {
  const HeatMap map = example();
  const std::string document = heat_map_svg(map);
  const std::vector<std::string> texts = svg_texts(document);
  for (const char* tick : {"−2.0", "−1.0", "0", "1.0", "2.0"}) EXPECT_THAT(texts, Contains(tick));
  // The ends of the bar, half a step of 64 from its limits.
  EXPECT_THAT(svg_rects(document, diverging_color(2 - 2.0 / 64, 2)), SizeIs(1));
  EXPECT_THAT(svg_rects(document, diverging_color(-2 + 2.0 / 64, 2)), SizeIs(1));
}

TEST(HeatMapTest, EveryLabelIsInsideThePicture) {
  HeatMap map = example();
  map.rows[1].lines = {"Whenever a klarbu happens, it causes a pimjon to happen, and so on."};
  map.columns[1].lines = map.rows[1].lines;
  const std::string document = heat_map_svg(map);
  const SvgElement svg = svg_elements(document).front();
  for (const SvgElement& text : svg_elements(document, "text")) {
    const double length = text_width(text.text, text.number("font-size"));
    const std::string& anchor = text.attributes.at("text-anchor");
    const double before = anchor == "start" ? 0 : anchor == "middle" ? length / 2 : length;
    const bool upright = text.attributes.count("transform") > 0;
    // Turned by −90°, a text begins below its place and ends above it.
    const double begin = upright ? text.number("y") - (length - before) : text.number("x") - before;
    EXPECT_GE(begin, 0) << text.text;
    EXPECT_LE(begin + length, svg.number(upright ? "height" : "width")) << text.text;
  }
}

TEST(HeatMapTest, LongLinesAreWrappedAndMakeCellsLarger) {
  HeatMap map = example();
  const double side = cells(heat_map_svg(map))[0].number("width");
  map.rows[0].lines = {
      "one two three four five six seven eight nine ten eleven twelve thirteen "
      "fourteen fifteen sixteen seventeen eighteen nineteen twenty"};
  const std::string document = heat_map_svg(map);
  EXPECT_GT(cells(document)[0].number("width"), side);
  EXPECT_THAT(svg_texts(document), Not(Contains(map.rows[0].lines[0])));
  EXPECT_THAT(svg_texts(document), Contains(HasSubstr("one two three four five six seven")));
}

TEST(HeatMapTest, GroupsHaveNamesAndBordersInsteadOfLabels) {
  const HeatMap map{.text = {.title = "Digits"},
                    .panels = {{"", 4, 4, std::vector<double>(16, 0.5)}},
                    .groups = {{"seven", 3}, {"nine", 1}},
                    .unit = "nats",
                    .limit = 1};
  const std::string document = heat_map_svg(map);
  EXPECT_THAT(svg_rects(document, diverging_color(0.5, 1)), SizeIs(16));
  EXPECT_THAT(svg_texts(document), Contains("seven").Times(2));
  EXPECT_THAT(svg_texts(document), Contains("nine").Times(2));
  EXPECT_THAT(svg_texts(document), Not(Contains("0.50")));
  const std::vector<SvgElement> lines = svg_elements(document, "line");
  const auto borders = std::count_if(lines.begin(), lines.end(), [](const SvgElement& line) {
    return line.attributes.at("stroke") == "#9a9a9a";
  });
  EXPECT_EQ(borders, 4);
}

}  // namespace
}  // namespace eif
