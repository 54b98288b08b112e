#include "reports/html/histogram_strip.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reports/html/run_for_test.h"
#include "suite/core/example_run_for_test.h"

namespace eif {
namespace {

using ::testing::HasSubstr;

MatrixSeries series_of(size_t size) {
  RunResult run = example_run();
  MatricesForTest matrices;
  matrices.add(run, {"phi3", "sparsity", 0, Condition::kFineTuning, "words"}, 0, size);
  return matrix_series(run, matrices, example_by_fine_tuning()).front();
}

// 8 × 8 cells less the diagonal; the largest is 6 + 10 · 7 = 76, in units of 0.5.
TEST(HistogramStrip, IsOfTheCellsBetweenDifferentSamples) {
  const std::string html = histograms_html(series_of(8), nullptr);
  EXPECT_THAT(html,
              HasSubstr("by fine-tuning, 56 cells between different samples, from 0 to 152 of "
                        "the self scale"));
}

TEST(HistogramStrip, FewCellsHaveNone) { EXPECT_EQ(histograms_html(series_of(6), nullptr), ""); }

// Of two cells each 40th of the range apart, the highest bar fills the height.
TEST(HistogramStrip, TheHighestBarFillsTheHeight) {
  EXPECT_THAT(histograms_html(series_of(8), nullptr), HasSubstr("y=\"0.0\""));
}

}  // namespace
}  // namespace eif
