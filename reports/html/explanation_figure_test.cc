#include "reports/html/explanation_figure.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "reports/html/matrix_data.h"
#include "reports/html/run_for_test.h"

namespace eif {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Matrix cells(double of_itself, double of_others) {
  Matrix matrix({"a", "b"}, {"a", "b"});
  matrix.at(0, 0) = matrix.at(1, 1) = of_itself;
  matrix.at(0, 1) = matrix.at(1, 0) = of_others;
  return matrix;
}

// Two samples; of a one token is scored, of b two.
MatrixSeries explained() {
  MeasuredMatrix seed{.key = {.model = "m", .desideratum = "d", .seed = 3, .request = "r"}};
  seed.trained = seed.evaluated = {{"a", {"a wug"}}, {"b", {"a <b>"}}};
  seed.matrix = cells(4, 1);
  MatrixSeries series{.request = "r", .unit = "nats", .self_scale = 4, .seeds = {seed}};
  Explanation why{.first_order = cells(4, 1)};
  why.layers = {{"", cells(1, 0)}, {"0", cells(3, -1)}};
  why.tokens = {{.column = 0, .id = 5, .piece = "\u0120wug"},
                {.column = 1, .id = 6},
                {.column = 1, .id = 7, .piece = "<b>"}};
  why.token_influence = Matrix({"a", "b"}, {"0", "1", "2"});
  why.token_influence.at(0, 0) = 4;
  why.token_influence.at(1, 1) = 2;
  why.token_influence.at(1, 2) = -1;
  series.explanation = why;
  return series;
}

TEST(ExplanationHtml, HasTheMeansOfEachLayer) {
  const std::string html = explanation_html(explained());
  EXPECT_THAT(html, HasSubstr("Influence by layer, seed 3"));
  EXPECT_THAT(html, HasSubstr("<th scope=\"row\">outside all layers</th>"));
  EXPECT_THAT(html, HasSubstr("<td class=\"number\">0.250</td><td class=\"number\">0.000</td>"));
  EXPECT_THAT(html, HasSubstr("<th scope=\"row\">layer 0</th>"));
  EXPECT_THAT(html, HasSubstr("<td class=\"number\">0.750</td><td class=\"number\">−0.250</td>"));
  // The largest bar ends at the right; one of a third, below 0, begins a third left of the middle.
  EXPECT_THAT(html, HasSubstr("x=\"50.00%\" y=\"3\" width=\"50.00%\""));
  EXPECT_THAT(html, HasSubstr("x=\"33.33%\" y=\"10\" width=\"16.67%\""));
}

TEST(ExplanationHtml, ColoursTheTokensOfEachColumn) {
  const std::string html = explanation_html(explained());
  EXPECT_THAT(html, HasSubstr("<b>a</b> <span class=\"faint\">after training on itself</span>"));
  EXPECT_THAT(html, HasSubstr("<span class=\"token p20\"><span> wug</span> <small>1.000</small>"));
  EXPECT_THAT(html, HasSubstr("<span class=\"token p10\"><span>#6</span> <small>0.500</small>"));
}

TEST(ExplanationHtml, TokensAreTextAndDoNothing) {
  EXPECT_THAT(explanation_html(explained()),
              HasSubstr("<span class=\"token n5\"><span>&lt;b&gt;</span> <small>−0.250</small>"));
}

// Of a column that nothing was trained on, the row that changed it most.
TEST(ExplanationHtml, WhereASampleWasNotTrainedOnTheStrongestRowIsTaken) {
  MatrixSeries series = explained();
  series.explanation->first_order = Matrix({"c", "d"}, {"a", "b"});
  series.explanation->first_order.at(0, 0) = 1;
  series.explanation->first_order.at(1, 0) = -2;
  series.explanation->layers.clear();
  const std::string html = explanation_html(series);
  EXPECT_THAT(html, HasSubstr("<b>a</b> <span class=\"faint\">after training on d</span>"));
  EXPECT_THAT(html, Not(HasSubstr("<b>b</b>")));
  EXPECT_THAT(html, Not(HasSubstr("by layer")));
}

TEST(ExplanationHtml, IsNotThereWhereNothingWasExplained) {
  MatrixSeries series = explained();
  series.explanation.reset();
  EXPECT_EQ(explanation_html(series), "");
}

TEST(ExplanationHtml, OfImagesHasNoTokens) {
  MatrixSeries series = explained();
  series.explanation->tokens.clear();
  EXPECT_THAT(explanation_html(series), Not(HasSubstr("Tokens")));
}

TEST(TokenText, ShowsWhatCannotBeSeen) {
  EXPECT_EQ(token_text({.piece = "\u0120wug"}), " wug");
  EXPECT_EQ(token_text({.piece = "\u2581"}), "␣");
  EXPECT_EQ(token_text({.piece = "a\u010a"}), "a↵");
  EXPECT_EQ(token_text({.id = 6}), "#6");
}

TEST(MatrixJson, HasWhatACellIsMadeOf) {
  const MatrixSeries series = explained();
  const std::string json = matrix_json(series, views_of(series), false);
  EXPECT_THAT(json, HasSubstr("{\"column\":0,\"text\":\" wug\"},{\"column\":1,\"text\":\"#6\"}"));
  EXPECT_THAT(json, HasSubstr("\"seed\":3"));
  EXPECT_THAT(json, Not(HasSubstr("<b>")));
}

}  // namespace
}  // namespace eif
