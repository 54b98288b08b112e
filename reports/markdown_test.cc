#include "reports/markdown.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reports/approval_for_test.h"
#include "suite/core/example_run_for_test.h"

namespace eif {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(MarkdownReport, IsTheApprovedOne) {
  expect_approved("markdown_report.md", run_markdown(example_run()));
}

TEST(MarkdownReport, OfOneModelHasNoTableOfModels) {
  RunResult run = example_run();
  run.context.models.pop_back();
  EXPECT_THAT(run_markdown(run), Not(HasSubstr("| model |")));
  EXPECT_THAT(run_markdown(example_run()), HasSubstr("| model |"));
}

TEST(MarkdownReport, SaysWhereNothingStandsOutOrWasMeasured) {
  RunResult run = {.context = {.models = {{.name = "cnn"}}}, .end = RunEnd::kComplete};
  EXPECT_THAT(run_markdown(run), HasSubstr("## eif-suite: nothing was measured\n"));
  EXPECT_THAT(run_markdown(run), HasSubstr("### What stands out\n\nNothing.\n"));
  EXPECT_THAT(run_markdown(run), HasSubstr("### <code>cnn</code>\n\nNothing was measured.\n"));
}

// Every bar of a table's line stands between its cells.
TEST(MarkdownReport, TextOfFilesMakesNoCells) {
  RunResult run = example_run();
  run.results[0].expectations[0].expectation.id = "a|b\n| forged | **holds** |";
  const std::string report = run_markdown(run);
  EXPECT_THAT(report, HasSubstr("a\\|b\\\\n\\| forged \\| \\*\\*holds\\*\\* \\|"));
  EXPECT_THAT(report, Not(HasSubstr("| forged |")));
}

TEST(MarkdownReport, LeavesOutTheEndsOfListsWhereItWouldBeTooLong) {
  RunResult run = example_run();
  for (int i = 0; i < 3000; ++i) run.problems.push_back("a problem of the disk, for the nth time");
  for (int i = 0; i < 200; ++i) {
    run.context.models.push_back(run.context.models[0]);
    run.context.models.back().name = "checkpoint-" + std::to_string(i);
  }
  const std::string report = run_markdown(run);
  EXPECT_LE(report.size(), kLongestComment);
  EXPECT_GT(report.size(), kLongestComment / 2);
  EXPECT_THAT(report, HasSubstr(" more remarks are left out: a comment takes no more."));
  EXPECT_THAT(report, HasSubstr("194 more models' tables are left out"));
  EXPECT_THAT(report, HasSubstr("### Again"));
}

TEST(MarkdownReport, ALongCommandIsNotInIt) {
  RunResult run = example_run();
  run.context.command_line.assign(1000, "file.toml");
  EXPECT_THAT(run_markdown(run), HasSubstr("run.json has the command: it is 9999 characters long"));
}

}  // namespace
}  // namespace eif
