#include "reports/html/dose_figure.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "reports/html/count_for_test.h"
#include "suite/core/example_run_for_test.h"

namespace eif {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

RunResult run_at(const std::vector<std::string>& doses) {
  RunResult run = example_run();
  run.results.clear();
  for (const std::string& dose : doses) {
    run.results.push_back(example_that_is_violated());
    run.results.back().key.dose = dose;
    run.results.back().expectations[0].outcome.mean = 0.1 * static_cast<double>(run.results.size());
  }
  return run;
}

TEST(DoseFigure, DrawsPrimaryExpectationsAtEachDose) {
  const RunResult run = run_at({"plateau", "0.5", "0.9"});
  const std::string html = dose_figure_html(run, run.results[0]);
  EXPECT_EQ(count(html, "<polyline "), 2u);
  EXPECT_EQ(count(html, "<circle "), 6u);
  EXPECT_THAT(html, HasSubstr("<th scope=\"col\">plateau</th><th scope=\"col\">0.5</th>"));
  EXPECT_THAT(html, HasSubstr("1. clean_<wbr/>above_<wbr/>noisy</th><td>0.100 "));
  EXPECT_THAT(html, HasSubstr("0.300 "));
}

// Else one cannot tell whose interval is whose.
TEST(DoseFigure, IntervalsOfLinesStandSideBySide) {
  const RunResult run = run_at({"plateau", "0.5", "0.9"});
  const std::string html = dose_figure_html(run, run.results[0]);
  std::set<std::string> places;
  for (size_t at = html.find("<circle "); at != std::string::npos;
       at = html.find("<circle ", at + 1)) {
    const size_t begin = html.find("cx=\"", at) + 4;
    places.insert(html.substr(begin, html.find('"', begin) - begin));
  }
  EXPECT_EQ(places.size(), 6u);
}

TEST(DoseFigure, IsAPartOfAPage) {
  const RunResult run = run_at({"plateau", "0.5"});
  const std::string html = dose_figure_html(run, run.results[0]);
  EXPECT_THAT(html, Not(HasSubstr("<?xml")));
  EXPECT_THAT(html, Not(HasSubstr(" id=")));
}

TEST(DoseFigure, HasTheColoursOfThePage) {
  const RunResult run = run_at({"plateau", "0.5"});
  const std::string html = dose_figure_html(run, run.results[0]);
  EXPECT_THAT(html, HasSubstr("stroke=\"var(--series-1)\""));
  EXPECT_THAT(html, HasSubstr("fill=\"var(--ground)\""));
  EXPECT_THAT(html, Not(HasSubstr("=\"#")));
}

TEST(DoseFigure, StandsOnceAndOnlyWhereThereAreSeveralDoses) {
  const RunResult two = run_at({"plateau", "0.5"}), one = run_at({"plateau"});
  EXPECT_EQ(dose_figure_html(two, two.results[1]), "");
  EXPECT_EQ(dose_figure_html(one, one.results[0]), "");
}

}  // namespace
}  // namespace eif
