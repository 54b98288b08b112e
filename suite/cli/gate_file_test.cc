#include "suite/cli/gate_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace eif {
namespace {

using ::testing::ElementsAre;

std::string error_of(const std::string& text) {
  return std::string(parse_gate(text, "ci/gate.toml").status().message());
}

TEST(GateFile, SaysWhatIsDemanded) {
  const absl::StatusOr<GateFile> file = parse_gate(R"(
baseline = "baseline.json"
desiderata = ["ontology", "locality"]
margin = 0.2
in_context = true
unclear = "warn"
better = "fail"

[[rule]]
desideratum = "ontology"
expectation = "subclass"
margin = 0

[[rule]]
desideratum = "locality"
verdict = "not violated"
worse = "warn"
)",
                                                   "ci/gate.toml");
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_EQ(file->baseline, "ci/baseline.json");
  EXPECT_THAT(file->gate.desiderata, ElementsAre("ontology", "locality"));
  const GateRule other = rule_for(file->gate, "ontology", "superclass");
  EXPECT_EQ(other.margin, 0.2);
  EXPECT_EQ(other.worse, GateLevel::kFail);
  EXPECT_EQ(other.unclear, GateLevel::kWarn);
  EXPECT_EQ(other.better, GateLevel::kFail);
  EXPECT_TRUE(file->gate.in_context);
  EXPECT_EQ(rule_for(file->gate, "ontology", "subclass").margin, 0);
  EXPECT_EQ(rule_for(file->gate, "locality", "").verdict, RequiredVerdict::kNotViolated);
  EXPECT_EQ(rule_for(file->gate, "locality", "any").worse, GateLevel::kWarn);
}

TEST(GateFile, AnEmptyOneDemandsWhatCompareDoes) {
  const absl::StatusOr<GateFile> file = parse_gate("", "gate.toml");
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_EQ(file->baseline, "");
  const GateRule rule = rule_for(file->gate, "ontology", "subclass");
  EXPECT_EQ(rule.margin, kSmallestEffect);
  EXPECT_EQ(rule.worse, GateLevel::kFail);
  EXPECT_EQ(rule.better, GateLevel::kPass);
  EXPECT_EQ(rule.unclear, GateLevel::kPass);
  EXPECT_FALSE(file->gate.in_context);
}

TEST(GateFile, ErrorsNameFileLineAndKey) {
  EXPECT_EQ(error_of("margin = -1"), "ci/gate.toml:1: margin: expected a number, 0 or more");
  EXPECT_EQ(error_of("\nworse = \"fial\""),
            "ci/gate.toml:2: worse: found \"fial\", expected one of pass, warn, fail");
  EXPECT_EQ(
      error_of("[[rule]]\ndesideratum = \"a\"\nverdict = \"hold\""),
      "ci/gate.toml:3: rule: verdict: found \"hold\", expected one of holds, not violated, any");
  EXPECT_EQ(error_of("desiderata = \"ontology\""),
            "ci/gate.toml:1: desiderata: expected an array of ids, as [\"ontology\"]");
  EXPECT_EQ(error_of("[[rule]]\nmargin = 1"),
            "ci/gate.toml:1: rule: there is no desideratum; add desideratum = \"…\"");
  EXPECT_EQ(error_of("in_context = 1"), "ci/gate.toml:1: in_context: expected true or false");
  EXPECT_EQ(
      error_of("[[rule]]\ndesideratum = \"a\"\nexpectation = \"b\"\nverdict = \"holds\""),
      "ci/gate.toml:4: rule: verdict is asked of a desideratum as a whole; leave out expectation");
  EXPECT_EQ(error_of("[rule]\nmargin = 1"),
            "ci/gate.toml:1: rule: expected tables, each begun with [[rule]]");
  EXPECT_THAT(error_of("margins = 1"), ::testing::HasSubstr("ci/gate.toml:1: "));
}

}  // namespace
}  // namespace eif
