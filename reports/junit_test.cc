#include "reports/junit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reports/figures/svg_for_test.h"
#include "suite/core/example_run_for_test.h"

namespace eif {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;

// "cnn.symmetry/mutual_influence"
std::vector<std::string> cases_of(const std::string& document) {
  std::vector<std::string> names;
  for (const SvgElement& one : svg_elements(document, "testcase")) {
    names.push_back(one.attributes.at("classname") + "/" + one.attributes.at("name"));
  }
  return names;
}

std::vector<std::pair<std::string, std::string>> properties_of(const std::string& document) {
  std::vector<std::pair<std::string, std::string>> properties;
  for (const SvgElement& one : svg_elements(document, "property")) {
    properties.emplace_back(one.attributes.at("name"), one.attributes.at("value"));
  }
  return properties;
}

std::vector<std::string> errors_of(const std::string& document) {
  std::vector<std::string> messages;
  for (const SvgElement& one : svg_elements(document, "error")) {
    messages.push_back(one.attributes.at("message"));
  }
  return messages;
}

TEST(JunitReport, HasACaseForEachExpectation) {
  EXPECT_THAT(cases_of(run_junit(example_run())),
              ElementsAre("eif-suite.run/complete", "cnn.symmetry/mutual_influence",
                          "cnn.symmetry/one_sided", "cnn.noise_invariance/clean_above_noisy",
                          "cnn.noise_invariance/pure_noise", "cnn.sparsity/related_above_unrelated",
                          "cnn.semantics/near_above_far", "cnn.ontology/chain",
                          "phi3.sparsity/related_above_unrelated"));
}

TEST(JunitReport, AVerdictIsAPropertyAndNoFailure) {
  const std::string report = run_junit(example_run());
  EXPECT_THAT(svg_elements(report, "failure"), IsEmpty());
  const auto properties = properties_of(report);
  EXPECT_THAT(properties, Contains(Pair("noise_invariance", "violated")));
  EXPECT_THAT(properties, Contains(Pair("noise_invariance.clean_above_noisy", "violated")));
  EXPECT_THAT(properties, Contains(Pair("noise_invariance.clean_above_noisy.effect", "-0.625")));
  EXPECT_THAT(properties, Contains(Pair("sparsity.related_above_unrelated.in_context", "holds")));
}

TEST(JunitReport, WhatStandsBesideSaysOnHowManySeedsWhereTheyAreFewer) {
  DesideratumResult result = example_that_holds(), control = result;
  control.key.control = "random-weights";
  put_beside(control, result);
  RunResult run = example_run();
  run.results = {result};
  EXPECT_THAT(properties_of(run_junit(run)),
              Contains(Pair("symmetry.mutual_influence.random-weights", "holds")));
  EXPECT_THAT(run_junit(run), Not(HasSubstr("random-weights.seeds")));
  control.seeds.pop_back();
  put_beside(control, run.results[0]);
  EXPECT_THAT(properties_of(run_junit(run)),
              Contains(Pair("symmetry.mutual_influence.random-weights.seeds", "1 of 2")));
  EXPECT_THAT(run_junit(run), HasSubstr("symmetry: holds (random weights, too, 1 of 2 seeds)"));
}

TEST(JunitReport, WhatWasNotMeasuredIsAnError) {
  const std::string report = run_junit(example_run());
  EXPECT_THAT(errors_of(report), ElementsAre("1 of 2 seeds could not be measured",
                                             "ontology, plan of seed 0: no such words"));
  const std::vector<SvgElement> suites = svg_elements(report, "testsuite");
  ASSERT_EQ(suites.size(), 3);
  EXPECT_EQ(suites[1].attributes.at("name"), "cnn");
  EXPECT_EQ(suites[1].attributes.at("tests"), "7");
  EXPECT_EQ(suites[1].attributes.at("errors"), "2");
  EXPECT_EQ(suites[1].attributes.at("failures"), "0");
  EXPECT_EQ(suites[1].attributes.at("time"), "12.250");
  EXPECT_EQ(suites[1].attributes.at("timestamp"), "2024-02-29T12:34:56");
}

TEST(JunitReport, ARunThatIsNotWholeIsAnError) {
  RunResult run = example_run();
  run.end = RunEnd::kInterrupted;
  EXPECT_THAT(errors_of(run_junit(run)), Contains("the run did not come to its end (interrupted)"));
  run.problems = {"the disk is full", "twice"};
  EXPECT_THAT(errors_of(run_junit(run)), Contains("the disk is full; twice"));
}

TEST(JunitReport, ADesideratumWithoutExpectationsHasACaseAllTheSame) {
  RunResult run = example_run();
  run.results[4].expectations.clear();
  EXPECT_THAT(cases_of(run_junit(run)), Contains("cnn.ontology/measured"));
}

TEST(JunitReport, TextOfFilesIsText) {
  RunResult run = example_run();
  run.context.models[0].name = "a\"><failure/>\x01\xff\uFFFE";
  for (DesideratumResult& result : run.results) {
    if (result.key.model == "cnn") result.key.model = run.context.models[0].name;
  }
  const std::string report = run_junit(run);
  EXPECT_THAT(svg_elements(report, "failure"), IsEmpty());
  EXPECT_THAT(cases_of(report),
              Contains("a\"><failure/>\\x01\\xff\uFFFD.symmetry/mutual_influence"));
}

}  // namespace
}  // namespace eif
