#include "reports/github.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <string>

#include "reports/markdown.h"
#include "suite/core/example_run_for_test.h"

namespace eif {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(GithubAnnotations, AreErrorsOfWhatWasNotMeasuredAndWarningsOfWhatIsViolated) {
  EXPECT_EQ(
      github_annotations(example_run()),
      "::notice title=eif-suite::1 hold, 1 violated, 2 inconclusive, 2 not measured\n"
      "::error title=cnn%2C semantics::not measured: near_above_far: 1 of 2 seeds could not be "
      "measured\n"
      "::error title=cnn%2C ontology::not measured: ontology, plan of seed 0: no such words\n"
      "::warning title=phi3::curvature 0.25 is above 0.1: influence is not proportional to the "
      "learning rate; try a lower --lr\n"
      "::warning title=cnn%2C noise_invariance::violated: noise teaches as much as clean images do "
      "(1 of 2 primary expectations violated: clean_above_noisy)\n"
      "::warning title=cnn%2C noise_invariance::effects below the noise floor: pure_noise\n");
}

// The runner takes the properties up to the first "::", and a command from wherever a line begins.
TEST(GithubAnnotations, TextEndsNoCommandAndBeginsNone) {
  EXPECT_EQ(workflow_command("error", "a,file=b::c", "x"), "::error title=a%2Cfile=b%3A%3Ac::x\n");
  EXPECT_EQ(workflow_command("error", "a", "x\n::add-mask::y\r100%"),
            "::error title=a::x\\n::add-mask::y\\r100%25\n");
  RunResult run = example_run();
  run.problems = {"\n::set-env name=PATH::/tmp\n##[add-path]/tmp"};
  std::istringstream lines(github_annotations(run));
  for (std::string line; std::getline(lines, line);) {
    EXPECT_TRUE(line.starts_with("::notice title=") || line.starts_with("::error title=") ||
                line.starts_with("::warning title="))
        << line;
  }
}

TEST(GithubAnnotations, TheTenthOfAKindSaysHowManyMoreThereAre) {
  RunResult run = {.end = RunEnd::kComplete};
  run.problems.assign(10, "a");
  EXPECT_THAT(github_annotations(run), Not(HasSubstr("more")));
  run.problems.assign(12, "a");
  const std::string commands = github_annotations(run);
  EXPECT_THAT(commands, HasSubstr("::error title=eif-suite::3 more: see the summary\n"));
  EXPECT_EQ(std::count(commands.begin(), commands.end(), '\n'), 1 + 10);
}

TEST(GithubSummary, IsTheMarkdownWithMoreRoom) {
  EXPECT_EQ(github_summary(example_run()), run_markdown(example_run()));
  RunResult run = example_run();
  run.problems.assign(5000, "a problem of the disk, for the nth time");
  EXPECT_GT(github_summary(run).size(), kLongestComment);
  EXPECT_LT(github_summary(run).size(), size_t{1} << 20);
}

}  // namespace
}  // namespace eif
