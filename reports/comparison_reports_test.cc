// What a gate found, in the formats of pipelines.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "reports/comparison.h"
#include "reports/comparison_junit.h"
#include "reports/comparison_markdown.h"
#include "reports/comparison_text.h"
#include "reports/figures/svg_for_test.h"
#include "reports/github.h"
#include "reports/junit.h"
#include "reports/markdown.h"
#include "suite/core/example_run_for_test.h"

namespace eif {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

ComparedExpectation expectation(const std::string& id, Change change, double lost) {
  ComparedExpectation one{.id = id, .change = {.change = change}};
  if (change == Change::kDecidedByRegime) return one;
  one.change.before = 0.5;
  one.change.after = 0.5 - lost;
  one.change.difference = -lost;
  one.change.interval = {-lost - 0.0625, -lost + 0.0625};
  one.change.per_seed = std::vector<double>(10, -lost);
  return one;
}

// One expectation fails, another warns, a third is decided; a desideratum could not be compared.
GatedComparison example_gate() {
  GatedComparison gated{.expectations = 2};
  RunComparison& comparison = gated.comparison;
  comparison.baseline_path = "accepted/run.json";
  comparison.run_path = "out";
  comparison.run.started_at = "2024-02-29T12:34:56Z";
  comparison.differences = {"dtype was float32, is bfloat16"};
  comparison.desiderata = {
      {.model = "cnn",
       .desideratum = "symmetry",
       .before = Verdict::kHolds,
       .after = Verdict::kInconclusive,
       .seeds = 10,
       .expectations = {expectation("mutual_influence", Change::kWorse, 0.3),
                        expectation("one_sided", Change::kUnclear, 0.09),
                        expectation("fixed", Change::kDecidedByRegime, 0)}},
      {.model = "cnn",
       .desideratum = "ontology",
       .before = Verdict::kHolds,
       .obstacle = Obstacle::kMissing,
       .why = "the run does not have it"}};
  gated.findings = {{GateLevel::kFail, "cnn", "symmetry", "mutual_influence", "lost 0.300"},
                    {GateLevel::kWarn, "cnn", "symmetry", "one_sided", "may have lost up to 0.153"}};
  return gated;
}

std::vector<std::string> messages(const std::string& document, const char* element) {
  std::vector<std::string> texts;
  for (const SvgElement& one : svg_elements(document, element)) {
    texts.push_back(one.attributes.at("message"));
  }
  return texts;
}

TEST(GateReports, SayInWordsWhatCameOfIt) {
  EXPECT_EQ(outcome_text(example_gate()),
            "gate failed (2 primary expectations, 1 failure, 1 warning)");
  EXPECT_THAT(gate_lines(example_gate()),
              ElementsAre("gate: fail: symmetry (cnn), mutual_influence: lost 0.300",
                          "gate: warn: symmetry (cnn), one_sided: may have lost up to 0.153",
                          "gate: failed (2 primary expectations, 1 failure, 1 warning)"));
}

TEST(GateReports, FailuresAreFailuresOfJunitAndWhatWasNotComparedAnError) {
  const std::string report = run_junit(example_run(), nullptr);
  EXPECT_THAT(messages(report, "failure"), IsEmpty());
  for (const std::string& document :
       {comparison_junit(example_gate()), [] {
          const GatedComparison gate = example_gate();
          return run_junit(example_run(), &gate);
        }()}) {
    EXPECT_THAT(messages(document, "failure"), ElementsAre("lost 0.300"));
    EXPECT_THAT(messages(document, "error"), Contains("the run does not have it"));
    std::vector<std::string> names;
    for (const SvgElement& one : svg_elements(document, "testcase")) {
      names.push_back(one.attributes.at("classname") + "/" + one.attributes.at("name"));
    }
    EXPECT_THAT(names, Contains("gate.cnn.symmetry/mutual_influence"));
    EXPECT_THAT(names, Contains("gate.cnn.symmetry/fixed"));
    EXPECT_THAT(names, Contains("gate.cnn.ontology/verdict"));
    for (const SvgElement& suite : svg_elements(document, "testsuite")) {
      const bool is_gate = suite.attributes.at("name") == "gate";
      EXPECT_EQ(suite.attributes.at("failures"), is_gate ? "1" : "0");
      if (is_gate) {
        EXPECT_EQ(suite.attributes.at("errors"), "1");
      }
    }
  }
}

TEST(GateReports, AreInTheCommentWithWhatChanged) {
  const GatedComparison gate = example_gate();
  const std::string of_run = run_markdown(example_run(), &gate);
  EXPECT_THAT(of_run, HasSubstr("2 not measured; gate failed (2 primary expectations"));
  for (const std::string& document : {of_run, comparison_markdown(gate)}) {
    EXPECT_THAT(document, HasSubstr("### Beside the baseline\n"));
    EXPECT_THAT(document, HasSubstr("| 0.500 | 0.200 | -0.300 | [-0.362, -0.237] | 10 | **worse** |"));
    EXPECT_THAT(document, HasSubstr("| decided by the regime |"));
    EXPECT_THAT(document, HasSubstr("mutual_influence**: lost 0.300\n"));
  }
  EXPECT_THAT(comparison_markdown(gate), HasSubstr("## eif-suite: gate failed"));
}

TEST(GateReports, AreAnnotations) {
  EXPECT_EQ(comparison_annotations(example_gate()),
            "::notice title=eif-suite::gate failed (2 primary expectations, 1 failure, 1 warning)\n"
            "::error title=gate%3A symmetry (cnn)%2C mutual_influence::lost 0.300\n"
            "::error title=gate%3A ontology (cnn)::the run does not have it\n"
            "::warning title=gate%3A symmetry (cnn)%2C one_sided::may have lost up to 0.153\n");
  const GatedComparison gate = example_gate();
  EXPECT_THAT(github_annotations(example_run(), &gate),
              HasSubstr("::error title=gate%3A symmetry (cnn)%2C mutual_influence::lost 0.300\n"));
}

// Nothing of what the gate asks for is in the run, and so nothing failed.
GatedComparison gate_without_a_run() {
  GatedComparison gated = example_gate();
  gated.comparison.desiderata.erase(gated.comparison.desiderata.begin());
  gated.findings.clear();
  gated.expectations = 0;
  return gated;
}

TEST(GateReports, OfWhatCouldShowNothingNoReportSaysThatItPassed) {
  const GatedComparison gate = gate_without_a_run();
  const std::string text =
      "not passed, nothing shown (0 primary expectations, 0 failures, 0 warnings)";
  EXPECT_EQ(outcome_of(gate), ComparisonOutcome::kNothingShown);
  EXPECT_THAT(gate_lines(gate), ElementsAre("gate: " + text));
  EXPECT_THAT(gated_table(gate), EndsWith("\ngate: " + text + "\n"));
  const nlohmann::json json = nlohmann::json::parse(gated_json(gate))["gate"];
  EXPECT_EQ(json["passed"], false);
  EXPECT_EQ(json["outcome"], "nothing shown");
  const RunResult run = example_run();
  for (const std::string& document :
       {comparison_markdown(gate), comparison_annotations(gate), comparison_junit(gate),
        run_markdown(run, &gate), github_annotations(run, &gate), run_junit(run, &gate)}) {
    EXPECT_THAT(document, HasSubstr("gate " + text));
    EXPECT_THAT(document, Not(HasSubstr("gate passed")));
  }
}

TEST(GateReports, TooFewSeedsOrARunThatWasCutShortAreNotPassed) {
  GatedComparison gate = example_gate();
  gate.findings.clear();
  gate.comparison.desiderata.pop_back();
  EXPECT_EQ(outcome_text(gate), "gate passed (2 primary expectations, 0 failures, 0 warnings)");
  gate.comparison.cut_short = {"the run was interrupted"};
  EXPECT_THAT(outcome_text(gate), StartsWith("gate not passed, nothing shown (2 primary"));
  gate.comparison.cut_short.clear();
  gate.comparison.desiderata[0].obstacle = Obstacle::kTooFewSeeds;
  EXPECT_THAT(outcome_text(gate), StartsWith("gate not passed, nothing shown (2 primary"));
  // What is shown, is.
  gate.findings = example_gate().findings;
  EXPECT_THAT(outcome_text(gate), StartsWith("gate failed (2 primary"));
  gate.comparison.desiderata[0].obstacle = Obstacle::kOtherEstimand;
  EXPECT_THAT(outcome_text(gate), StartsWith("gate not passed, not comparable (2 primary"));
}

TEST(GateReports, WithoutAGateTheComparisonSaysWhatGotWorse) {
  GatedComparison plain = example_gate();
  plain.has_gate = false;
  plain.comparison.desiderata.pop_back();
  EXPECT_EQ(outcome_text(plain), "got worse");
  EXPECT_THAT(comparison_junit(plain), HasSubstr("<testsuite name=\"comparison\""));
  EXPECT_THAT(comparison_annotations(plain),
              HasSubstr("::error title=symmetry (cnn)%2C mutual_influence::lost 0.300\n"));
}

}  // namespace
}  // namespace eif
