#include "suite/host/run_comparison.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "suite/formats/test_files.h"

namespace eif {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

RecordedResult result_of(const std::string& model, const std::vector<double>& per_seed,
                         Verdict verdict = Verdict::kHolds) {
  RecordedResult result{
      .model = model, .desideratum = "sparsity", .version = "1", .verdict = verdict};
  for (uint64_t seed = 0; seed < per_seed.size(); ++seed) result.seeds.push_back(seed);
  result.expectations = {{"related_above", ExpectationKind::kDirection, true, per_seed}};
  return result;
}

RecordedRun run_of(const std::vector<RecordedResult>& results) {
  RecordedRun run{.path = "run.json",
                  .draws = {{"control", "null"}, {"claims", "null"}},
                  .circumstances = {{"dtype", "\"float32\""}, {"engine", "\"replay\""}},
                  .results = results};
  for (const RecordedResult& result : results) run.models.push_back({result.model, "f", "0.0001"});
  return run;
}

const std::vector<double> kHigh = {0.61, 0.58, 0.6, 0.62, 0.59, 0.6};
const std::vector<double> kLow = {0.21, 0.19, 0.2, 0.18, 0.22, 0.2};

TEST(CompareRuns, WhatIsShownToBeLessIsWorse) {
  const auto comparison =
      compare_runs(run_of({result_of("a", kHigh)}), run_of({result_of("a", kLow)}));
  ASSERT_TRUE(comparison.ok()) << comparison.status();
  ASSERT_THAT(comparison->desiderata, SizeIs(1));
  const ComparedDesideratum& sparsity = comparison->desiderata[0];
  EXPECT_EQ(sparsity.desideratum, "sparsity");
  EXPECT_EQ(sparsity.not_comparable, "");
  EXPECT_TRUE(got_worse(sparsity));
  ASSERT_THAT(sparsity.expectations, SizeIs(1));
  EXPECT_EQ(sparsity.expectations[0].id, "related_above");
  EXPECT_EQ(sparsity.expectations[0].change.change, Change::kWorse);
  EXPECT_NEAR(sparsity.expectations[0].change.difference, -0.4, 1e-12);
  EXPECT_EQ(sparsity.seeds, 6u);
  EXPECT_THAT(comparison->differences, IsEmpty());
}

TEST(CompareRuns, AMarginMayAllowIt) {
  const auto comparison =
      compare_runs(run_of({result_of("a", kHigh)}), run_of({result_of("a", kLow)}), 0.5);
  ASSERT_TRUE(comparison.ok()) << comparison.status();
  EXPECT_FALSE(got_worse(comparison->desiderata[0]));
}

TEST(CompareRuns, WhatHeldAndIsViolatedGotWorse) {
  for (const Verdict before : {Verdict::kHolds, Verdict::kInconclusive, Verdict::kViolated}) {
    const auto comparison = compare_runs(run_of({result_of("a", kHigh, before)}),
                                         run_of({result_of("a", kHigh, Verdict::kViolated)}));
    ASSERT_TRUE(comparison.ok()) << comparison.status();
    EXPECT_EQ(comparison->desiderata[0].expectations[0].change.change, Change::kSame);
    EXPECT_EQ(got_worse(comparison->desiderata[0]), before == Verdict::kHolds);
  }
}

TEST(CompareRuns, ASecondaryExpectationDecidesNothing) {
  RecordedResult before = result_of("a", kHigh), after = result_of("a", kLow);
  before.expectations[0].primary = after.expectations[0].primary = false;
  const auto comparison = compare_runs(run_of({before}), run_of({after}));
  ASSERT_TRUE(comparison.ok()) << comparison.status();
  EXPECT_EQ(comparison->desiderata[0].expectations[0].change.change, Change::kWorse);
  EXPECT_FALSE(got_worse(comparison->desiderata[0]));
}

TEST(CompareRuns, SeedsAreComparedByTheirNumber) {
  RecordedResult before = result_of("a", {0.1, 0.2, 0.3}), after = result_of("a", {0.3, 0.2, 9});
  after.seeds = {2, 1, 7};
  const auto comparison = compare_runs(run_of({before}), run_of({after}));
  ASSERT_TRUE(comparison.ok()) << comparison.status();
  EXPECT_EQ(comparison->desiderata[0].seeds, 2u);
  const EffectChange& change = comparison->desiderata[0].expectations[0].change;
  EXPECT_EQ(change.change, Change::kSame);
  EXPECT_EQ(change.difference, 0);
}

TEST(CompareRuns, OneModelIsPairedWithOneWhateverItsName) {
  const auto comparison =
      compare_runs(run_of({result_of("a", kHigh)}), run_of({result_of("b", kHigh)}));
  ASSERT_TRUE(comparison.ok()) << comparison.status();
  EXPECT_EQ(comparison->desiderata[0].model, "b");
}

TEST(CompareRuns, SeveralModelsArePairedByName) {
  const RecordedRun both = run_of({result_of("a", kHigh), result_of("b", kLow)});
  const auto comparison = compare_runs(
      both, run_of({result_of("b", kLow), result_of("a", kLow), result_of("c", kLow)}));
  ASSERT_TRUE(comparison.ok()) << comparison.status();
  ASSERT_THAT(comparison->desiderata, SizeIs(2));
  EXPECT_TRUE(got_worse(comparison->desiderata[0]));
  EXPECT_FALSE(got_worse(comparison->desiderata[1]));
  EXPECT_THAT(message_of(compare_runs(both, run_of({result_of("a", kHigh)}))),
              HasSubstr("paired by name where there are several, and the baseline has a, b, the "
                        "run a"));
}

TEST(CompareRuns, OtherDrawsAreRefused) {
  RecordedRun other = run_of({result_of("a", kHigh)});
  other.draws["control"] = "\"random-weights\"";
  const auto comparison = compare_runs(run_of({result_of("a", kHigh)}), other);
  EXPECT_EQ(comparison.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(message_of(comparison),
              HasSubstr("\"control\" is null in the baseline and \"random-weights\" in the run"));
}

TEST(CompareRuns, OtherCircumstancesAreNamed) {
  RecordedRun other = run_of({result_of("a", kHigh)});
  other.circumstances["dtype"] = "\"bfloat16\"";
  other.models[0].learning_rate = "0.001";
  const auto comparison = compare_runs(run_of({result_of("a", kHigh)}), other);
  ASSERT_TRUE(comparison.ok()) << comparison.status();
  EXPECT_THAT(comparison->differences, ElementsAre("dtype was \"float32\", is \"bfloat16\"",
                                                   "learning rate of a was 0.0001, is 0.001"));
}

TEST(CompareRuns, WhatTheRunLacksIsNotComparable) {
  const auto reason = [](const RecordedResult& after) {
    const auto comparison = compare_runs(run_of({result_of("a", kHigh)}), run_of({after}));
    EXPECT_TRUE(comparison.ok()) << comparison.status();
    return comparison->desiderata.at(0).not_comparable;
  };
  RecordedResult other = result_of("a", kHigh);
  other.desideratum = "symmetry";
  EXPECT_EQ(reason(other), "the run does not have it");
  other = result_of("a", kHigh);
  other.version = "2";
  EXPECT_EQ(reason(other), "the baseline has version 1 of it, the run 2; make a new baseline");
  EXPECT_EQ(reason(result_of("a", kHigh, Verdict::kNotMeasured)), "the run could not measure it");
  other = result_of("a", kHigh);
  other.expectations[0].id = "else";
  EXPECT_EQ(reason(other), "the run does not have its expectation related_above");
  other = result_of("a", kHigh);
  for (uint64_t& seed : other.seeds) seed += 100;
  EXPECT_EQ(reason(other), "no seed was measured in both");
}

TEST(CompareRuns, WhatTheBaselineLacksIsLeftOut) {
  RecordedResult more = result_of("a", kHigh), failed = more;
  more.desideratum = "symmetry";
  RecordedRun run = run_of({result_of("a", kHigh)});
  run.results.push_back(more);
  const auto comparison = compare_runs(run_of({result_of("a", kHigh)}), run);
  ASSERT_TRUE(comparison.ok()) << comparison.status();
  EXPECT_THAT(comparison->desiderata, SizeIs(1));
  failed.verdict = Verdict::kNotMeasured;
  EXPECT_THAT(message_of(compare_runs(run_of({failed}), run)),
              HasSubstr("the baseline has no desideratum that was measured"));
}

}  // namespace
}  // namespace eif
