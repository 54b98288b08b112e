#include "reports/html/html_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/property_tree/xml_parser.hpp>
#include <sstream>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_replace.h"
#include "reports/html/run_for_test.h"
#include "reports/html/sha256.h"
#include "suite/core/example_run_for_test.h"

namespace eif {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string page_of(RunResult run) {
  MatricesForTest matrices;
  matrices.add(run, {"phi3", "sparsity", 0, Condition::kFineTuning, "words"}, 0);
  return html_report(run, matrices);
}

// Between two parts, from the first on.
std::string between(const std::string& text, const std::string& begin, const std::string& end) {
  const size_t from = text.find(begin) + begin.size();
  return text.substr(from, text.find(end, from) - from);
}

std::string source_of(const std::string& text) {
  std::string bytes;
  for (const uint8_t byte : sha256(text)) bytes += static_cast<char>(byte);
  return "'sha256-" + absl::Base64Escape(bytes) + "'";
}

// A page whose elements are not closed throws.
void expect_well_formed(std::string page) {
  page = absl::StrReplaceAll(page, {{"<!DOCTYPE html>", ""}});
  for (const std::string element : {"<style>", "<script>"}) {
    const std::string content = between(page, element, "</");
    page = absl::StrReplaceAll(page, {{element + content, element}});
  }
  boost::property_tree::ptree tree;
  std::istringstream stream(page);
  EXPECT_NO_THROW(boost::property_tree::read_xml(stream, tree));
}

TEST(HtmlReport, IsWellFormedAndHasEachResult) {
  const std::string page = page_of(example_run());
  expect_well_formed(page);
  for (const char* const id : {"cnn-symmetry", "cnn-noise_5finvariance", "cnn-sparsity",
                               "cnn-semantics", "cnn-ontology", "phi3-sparsity"}) {
    EXPECT_THAT(page, HasSubstr(std::string("id=\"") + id + "\"")) << id;
    EXPECT_THAT(page, HasSubstr(std::string("href=\"#") + id + "\"")) << id;
  }
  EXPECT_THAT(page,
              HasSubstr("<p class=\"counts\">1 hold, 1 violated, 2 inconclusive, 2 not measured."));
  EXPECT_THAT(page, HasSubstr("eif-suite --model cnn --all</pre>"));
}

TEST(HtmlReport, ThePolicyNamesItsStyleAndScriptAndNothingElse) {
  const std::string page = page_of(example_run());
  EXPECT_EQ(between(page, "Content-Security-Policy\" content=\"", "\""),
            "default-src 'none'; img-src data:; style-src " +
                source_of(between(page, "<style>", "</style>")) + "; script-src " +
                source_of(between(page, "<script>", "</script>")) +
                "; base-uri 'none'; form-action 'none'");
}

TEST(HtmlReport, AsksForNothingOutside) {
  const std::string page = page_of(example_run());
  EXPECT_THAT(page, Not(HasSubstr("http:")));
  EXPECT_THAT(page, Not(HasSubstr("https:")));
  EXPECT_THAT(page, Not(HasSubstr("@import")));
  EXPECT_THAT(page, Not(HasSubstr("style=\"")));  // the policy would refuse it
}

TEST(HtmlReport, TextOfFilesIsText) {
  RunResult run = example_run();
  const std::string attack = "</script><script>alert(1)</script>\" onload=\"x";
  run.problems = {attack};
  run.context.models[0].facts = {{attack, attack}};
  run.context.command_line = {attack};
  for (DesideratumResult& result : run.results) {
    result.info.claim = attack;
    result.info.holds = attack;
    result.error = attack;
    for (ExpectationResult& one : result.expectations) {
      one.expectation.id = attack;
      one.outcome.reason = attack;
    }
    for (ObservationResult& one : result.observations) one.observation.claim = attack;
  }
  const std::string page = page_of(run);
  expect_well_formed(page);
  EXPECT_THAT(page, Not(HasSubstr("<script>alert")));
  EXPECT_THAT(page, Not(HasSubstr("\" onload")));
}

TEST(HtmlReport, TheNatsOfTheModelComeBeforeWhatIsSaidOfRandomWeights) {
  DesideratumResult read = example_in_context(), control = read;
  read.expectations[0].nats = 0.5;
  control.key.control = "random-weights";
  control.seeds.pop_back();
  put_beside(control, read);
  RunResult run = example_run();
  run.results = {example_by_fine_tuning(), read};
  EXPECT_THAT(page_of(run), HasSubstr("<td>0.5 nats, odds × 1.6 a token; above 0; random weights, "
                                      "too: 1.250, 1 of 2 seeds</td>"));
}

TEST(HtmlReport, WithoutResultsItSaysSo) {
  RunResult run = {.context = {.models = {{.name = "cnn"}}}, .end = RunEnd::kInterrupted};
  const std::string page = html_report(run, MatricesForTest());
  expect_well_formed(page);
  EXPECT_THAT(page, HasSubstr("nothing was measured."));
  EXPECT_THAT(page, HasSubstr("<p>Nothing was measured.</p>"));
}

// Ten seeds by training and in context, the mean of each, and a picture of each.
TEST(HtmlReport, AHundredByAHundredIsSmall) {
  RunResult run = example_run();
  MatricesForTest matrices;
  for (uint64_t seed = 0; seed < 10; ++seed) {
    for (const Condition condition : {Condition::kFineTuning, Condition::kInContext}) {
      matrices.add(run, {"phi3", "sparsity", seed, condition, "words"}, 0, 100);
    }
  }
  EXPECT_LT(html_report(run, matrices).size(), size_t{5} << 20);
}

}  // namespace
}  // namespace eif
