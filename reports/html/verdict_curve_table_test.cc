#include "reports/html/verdict_curve_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "suite/core/example_run_for_test.h"

namespace eif {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(VerdictCurveTable, HasALineForAllAndForEachPrimaryExpectation) {
  const std::string html = verdict_curve_html(example_that_is_violated());
  EXPECT_THAT(html, HasSubstr("<th scope=\"col\">0.1 (chosen)</th>"));
  EXPECT_THAT(html, HasSubstr("<tr><th scope=\"row\"><b>all</b></th><td>"));
  EXPECT_THAT(html, HasSubstr("clean_<wbr/>above_<wbr/>noisy</th><td>"));
  EXPECT_THAT(verdict_curve_html(example_that_holds()), Not(HasSubstr("one_<wbr/>sided")));
}

TEST(VerdictCurveTable, NothingWhereNothingWasMeasured) {
  EXPECT_EQ(verdict_curve_html(example_that_failed()), "");
}

}  // namespace
}  // namespace eif
