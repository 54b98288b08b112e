#include "reports/html/matrix_figure.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reports/html/run_for_test.h"
#include "suite/core/example_run_for_test.h"

namespace eif {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

MatrixSeries series_of(size_t size, Condition condition = Condition::kFineTuning) {
  RunResult run = example_run();
  MatricesForTest matrices;
  matrices.add(run, {"phi3", "sparsity", 0, condition, "words"}, -1, size);
  DesideratumResult result = example_by_fine_tuning();
  result.key.condition = condition;
  return matrix_series(run, matrices, result).front();
}

TEST(MatrixFigure, FewSamplesAreATableOfNumbers) {
  const std::string html = matrix_figures_html(series_of(2), nullptr);
  EXPECT_THAT(html, HasSubstr("<th scope=\"col\"><span>s1</span></th>"));
  EXPECT_THAT(html,
              HasSubstr("<th scope=\"row\">s0 <span class=\"text\">text 0 of seed 0</span></th>"
                        "<td class=\"n20\">−2.00</td><td class=\"p20\">18.00</td>"));
  EXPECT_THAT(html, Not(HasSubstr("<img")));
}

TEST(MatrixFigure, ManySamplesAreAPictureAndAList) {
  const std::string html = matrix_figures_html(series_of(25), nullptr);
  EXPECT_THAT(html,
              HasSubstr("<img class=\"cells\" width=\"25\" height=\"25\" alt=\"25 × 25 cells, "
                        "seed 0\" src=\"data:image/png;base64,"));
  EXPECT_THAT(html, HasSubstr("<li><b>s24</b> text 24 of seed 0</li>"));
  EXPECT_THAT(html, Not(HasSubstr("<table")));
}

TEST(MatrixFigure, ReadingStandsBesideTraining) {
  const MatrixSeries read = series_of(2, Condition::kInContext);
  const std::string html = matrix_figures_html(series_of(2), &read);
  EXPECT_THAT(html, HasSubstr("trained on ↓<br/>evaluated on →"));
  EXPECT_THAT(html, HasSubstr("read before ↓"));
}

TEST(MatrixFigure, SaysWhatIsNotThere) {
  MatrixSeries series = series_of(2);
  series.error = "matrices/x.npy: is <missing>";
  series.left_out = {3, 4};
  series.seeds[0].matrix.at(0, 1) = Matrix::kUnmeasured;
  const std::string html = matrix_figures_html(series, nullptr);
  EXPECT_THAT(html, HasSubstr("A matrix could not be read: matrices/x.npy: is &lt;missing&gt;"));
  EXPECT_THAT(html, HasSubstr("not shown: seeds 3, 4."));
  EXPECT_THAT(html, HasSubstr("<td class=\"na\"></td>"));
  series.seeds.clear();
  EXPECT_THAT(matrix_figures_html(series, nullptr), Not(HasSubstr("<figure")));
}

}  // namespace
}  // namespace eif
