#include "reports/comparison.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "reports/approval_for_test.h"
#include "suite/formats/text_layout.h"

namespace eif {
namespace {

using Json = nlohmann::json;
using ::testing::EndsWith;
using ::testing::HasSubstr;

ComparedExpectation expectation(const std::string& id, bool primary, Change change,
                                double before = 0.5, double after = 0.25) {
  ComparedExpectation one{.id = id, .primary = primary, .change = {.change = change}};
  if (change == Change::kNotMeasured) return one;
  one.change.before = before;
  one.change.after = after;
  one.change.difference = after - before;
  one.change.interval = {after - before - 0.0625, after - before + 0.0625};
  one.change.p_worse_adjusted = 0.03125;
  one.change.p_better_adjusted = 1;
  one.change.p_no_worse = 0.75;
  return one;
}

// One that got worse, one that got better, one that is as it was, one that cannot be compared.
RunComparison example_comparison() {
  RunComparison comparison{
      .baseline_path = "baseline/run.json",
      .run_path = "new/run.json",
      .baseline = {.started_at = "2024-02-29T12:34:56Z",
                   .models = {{.name = "smollm2", .fingerprint = "0123456789abcdef"}}},
      .run = {.started_at = "2024-03-01T00:00:00Z",
              .models = {{.name = "checkpoint-500", .fingerprint = "fedcba9876543210"}}},
      .margin = 0.125,
      .differences = {"dtype was float32, is bfloat16"}};
  const std::string model = "checkpoint-500";
  comparison.desiderata = {
      {.model = model,
       .desideratum = "sparsity",
       .before = Verdict::kHolds,
       .after = Verdict::kInconclusive,
       .seeds = 10,
       .expectations = {expectation("claims_sparse", true, Change::kWorse),
                        expectation("squares_related_over_unrelated", true, Change::kSame),
                        expectation("claims_unmoved", true, Change::kUnclear),
                        expectation("secondary_worse", false, Change::kWorse),
                        expectation("secondary_unclear", false, Change::kUnclear)}},
      {.model = model,
       .desideratum = "symmetry",
       .before = Verdict::kViolated,
       .after = Verdict::kHolds,
       .seeds = 4,
       .expectations = {expectation("one_sided", true, Change::kBetter, -0.5, 0.5),
                        expectation("lost", false, Change::kNotMeasured)},
       .obstacle = Obstacle::kTooFewSeeds,
       .why = "4 seeds are too few to show any change; it takes 5"},
      {.model = model,
       .desideratum = "transitivity",
       .before = Verdict::kHolds,
       .after = Verdict::kHolds,
       .seeds = 5,
       .expectations = {expectation("chain", true, Change::kSame, 0.5, 0.5)}},
      {.model = model,
       .desideratum = "ontology",
       .before = Verdict::kHolds,
       .obstacle = Obstacle::kMissing,
       .why = "the run does not have it"}};
  return comparison;
}

TEST(ComparisonTable, IsTheApprovedOne) {
  expect_approved("comparison_table.txt", comparison_table(example_comparison()));
}

TEST(ComparisonTable, FitsThePage) {
  RunComparison comparison = example_comparison();
  comparison.desiderata[0].model = "a folder with quite a long name, and more of it";
  comparison.desiderata[0].expectations[0].id = std::string(60, 'x');
  std::istringstream lines(comparison_table(comparison));
  for (std::string line; std::getline(lines, line);) EXPECT_LE(width_of(line), kPageWidth) << line;
}

TEST(ComparisonTable, SaysWhereNothingGotWorse) {
  RunComparison comparison = example_comparison();
  comparison.desiderata = {comparison.desiderata[2]};
  EXPECT_THAT(comparison_table(comparison), EndsWith("\n\nnothing that was compared got worse\n"));
}

TEST(ComparisonTable, ARunThatWasCutShortSaysSoAndPromisesNothing) {
  RunComparison comparison = example_comparison();
  comparison.desiderata = {comparison.desiderata[2]};
  comparison.cut_short = {"the run was interrupted"};
  EXPECT_THAT(comparison_table(comparison),
              EndsWith("\n\nthe run was interrupted\n"
                       "nothing got worse of what could be shown, and not all could be\n"));
}

TEST(ComparisonTable, NamesARunWithItsTags) {
  RunComparison comparison = example_comparison();
  comparison.run.tags = {{"commit", "abc1234"}, {"branch", "main"}};
  EXPECT_THAT(comparison_table(comparison), HasSubstr("branch=main, commit=abc1234"));
  EXPECT_EQ(Json::parse(comparison_json(comparison))["run"]["tags"],
            Json({{"commit", "abc1234"}, {"branch", "main"}}));
}

TEST(ComparisonJson, HasEveryNumber) {
  const Json json = Json::parse(comparison_json(example_comparison()));
  EXPECT_EQ(json["baseline"],
            Json({{"path", "baseline/run.json"},
                  {"started_at", "2024-02-29T12:34:56Z"},
                  {"models", {{{"name", "smollm2"}, {"fingerprint", "0123456789abcdef"}}}}}));
  EXPECT_EQ(json["run"]["path"], "new/run.json");
  EXPECT_EQ(json["margin"], 0.125);
  EXPECT_EQ(json["got_worse"], Json({"sparsity (checkpoint-500)"}));
  EXPECT_EQ(json["not_comparable"],
            Json({"symmetry (checkpoint-500)", "ontology (checkpoint-500)"}));
  EXPECT_EQ(json["outcome"], "got worse");
  ASSERT_EQ(json["desiderata"].size(), 4u);
  const Json& sparsity = json["desiderata"][0];
  EXPECT_EQ(sparsity["before"], "holds");
  EXPECT_EQ(sparsity["after"], "inconclusive");
  EXPECT_EQ(sparsity["seeds"], 10);
  EXPECT_EQ(sparsity["got_worse"], true);
  EXPECT_EQ(sparsity["not_comparable"], nullptr);
  EXPECT_EQ(sparsity["expectations"][0], Json({{"id", "claims_sparse"},
                                               {"kind", "DIR"},
                                               {"primary", true},
                                               {"change", "worse"},
                                               {"before", 0.5},
                                               {"after", 0.25},
                                               {"difference", -0.25},
                                               {"margin", 0.1},
                                               {"ci", {-0.3125, -0.1875}},
                                               {"p_worse_adjusted", 0.03125},
                                               {"p_better_adjusted", 1},
                                               {"p_no_worse", 0.75},
                                               {"no_worse", false},
                                               {"means", Json::array()}}));
  EXPECT_EQ(json["desiderata"][1]["expectations"][1]["difference"], nullptr);
  EXPECT_EQ(json["desiderata"][1]["got_worse"], false);
  EXPECT_EQ(json["desiderata"][3]["not_comparable"], "the run does not have it");
}

}  // namespace
}  // namespace eif
