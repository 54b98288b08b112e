#include "suite/core/run_comparison.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace eif {
namespace {

std::string message_of(const absl::StatusOr<RunComparison>& comparison) {
  return std::string(comparison.status().message());
}

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

DesideratumResult result_of(const std::string& model, const std::vector<double>& per_seed,
                            Verdict verdict = Verdict::kHolds) {
  DesideratumResult result{.key = {.model = model, .desideratum = "sparsity"}, .verdict = verdict};
  for (uint64_t seed = 0; seed < per_seed.size(); ++seed) result.seeds.push_back(seed);
  result.expectations = {{.expectation = {.id = "related_above"}, .per_seed = per_seed}};
  return result;
}

RunResult run_of(const std::vector<DesideratumResult>& results) {
  RunResult run{.end = RunEnd::kComplete, .results = results};
  run.context.plugins = {{"sparsity", "1", "desideratum"}, {"symmetry", "1", "desideratum"}};
  for (const DesideratumResult& result : results) {
    run.context.models.push_back(
        {.name = result.key.model, .fingerprint = "f", .learning_rate = 1e-4});
  }
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
  EXPECT_EQ(sparsity.why, "");
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
  DesideratumResult before = result_of("a", kHigh), after = result_of("a", kLow);
  before.expectations[0].expectation.primary = false;
  after.expectations[0].expectation.primary = false;
  const auto comparison = compare_runs(run_of({before}), run_of({after}));
  ASSERT_TRUE(comparison.ok()) << comparison.status();
  EXPECT_EQ(comparison->desiderata[0].expectations[0].change.change, Change::kWorse);
  EXPECT_FALSE(got_worse(comparison->desiderata[0]));
}

TEST(CompareRuns, SeedsAreComparedByTheirNumber) {
  DesideratumResult before = result_of("a", {0.1, 0.2, 0.3}), after = result_of("a", {0.3, 0.2, 9});
  after.seeds = {2, 1, 7};
  const auto comparison = compare_runs(run_of({before}), run_of({after}));
  ASSERT_TRUE(comparison.ok()) << comparison.status();
  EXPECT_EQ(comparison->desiderata[0].seeds, 2u);
  const EffectChange& change = comparison->desiderata[0].expectations[0].change;
  EXPECT_EQ(change.change, Change::kSame);
  EXPECT_EQ(change.difference, 0);
}

// The second half of the seeds has twice the self scale of the first.
TEST(CompareRuns, OtherSeedsMakeNoOtherUnit) {
  const auto run_with = [](size_t seeds) {
    const std::vector<double> raw = {1.2, 1.3, 1.1, 1.2, 1.4, 1.0, 1.2, 1.3, 1.1, 1.2, 1.4, 1.0};
    const double scale = seeds > 6 ? 1.5 : 1;
    std::vector<double> effects;
    for (size_t i = 0; i < seeds; ++i) effects.push_back(raw[i] / scale);
    DesideratumResult result = result_of("a", effects);
    result.expectations[0].expectation.self_scale = "words";
    SelfScale& words = result.self_scales.emplace_back(SelfScale{"words", scale});
    for (size_t i = 0; i < seeds; ++i) words.by_seed.push_back({i < 6 ? 1.0 : 2.0});
    return run_of({result});
  };
  const auto comparison = compare_runs(run_with(12), run_with(6), /*margin=*/0);
  ASSERT_TRUE(comparison.ok()) << comparison.status();
  EXPECT_EQ(comparison->desiderata[0].seeds, 6u);
  for (const double change : comparison->desiderata[0].expectations[0].change.per_seed) {
    EXPECT_NEAR(change, 0, 1e-12);
  }
}

// The seeds that both runs have teach themselves nothing, so that their effects have no unit.
TEST(CompareRuns, WhereCommonSeedsHaveNoSelfScaleNothingIsCompared) {
  const auto run_with = [](size_t seeds) {
    DesideratumResult result = result_of("a", std::vector<double>(seeds, 0.5));
    result.expectations[0].expectation.self_scale = "words";
    SelfScale& words = result.self_scales.emplace_back(SelfScale{"words", 2});
    for (size_t i = 0; i < seeds; ++i) words.by_seed.push_back({i < 6 ? -1.0 : 2.0});
    return run_of({result});
  };
  const auto comparison = compare_runs(run_with(14), run_with(6));
  ASSERT_TRUE(comparison.ok()) << comparison.status();
  EXPECT_EQ(comparison->desiderata[0].expectations[0].change.change, Change::kNotMeasured);
}

TEST(CompareRuns, OneModelIsPairedWithOneWhateverItsName) {
  const auto comparison =
      compare_runs(run_of({result_of("a", kHigh)}), run_of({result_of("b", kHigh)}));
  ASSERT_TRUE(comparison.ok()) << comparison.status();
  EXPECT_EQ(comparison->desiderata[0].model, "b");
}

TEST(CompareRuns, ResultsAreComparedAtTheirDose) {
  const auto at_dose = [](const char* dose, const std::vector<double>& per_seed) {
    DesideratumResult result = result_of("a", per_seed);
    result.key.dose = dose;
    return result;
  };
  const auto run_at = [&](const std::vector<double>& plateau, const std::vector<double>& learned) {
    RunResult run = run_of({at_dose("plateau", plateau), at_dose("0.9", learned)});
    run.context.models.resize(1);
    run.request.doses = {"plateau", "0.9"};
    return run;
  };
  const auto comparison = compare_runs(run_at(kHigh, kHigh), run_at(kHigh, kLow));
  ASSERT_TRUE(comparison.ok()) << comparison.status();
  ASSERT_THAT(comparison->desiderata, SizeIs(2));
  EXPECT_EQ(comparison->desiderata[0].desideratum, "sparsity, dose plateau");
  EXPECT_FALSE(got_worse(comparison->desiderata[0]));
  EXPECT_EQ(comparison->desiderata[1].desideratum, "sparsity, dose 0.9");
  EXPECT_TRUE(got_worse(comparison->desiderata[1]));

  RunResult plateau = run_of({at_dose("plateau", kHigh)});
  const auto without = compare_runs(run_at(kHigh, kHigh), plateau);
  ASSERT_TRUE(without.ok()) << without.status();
  EXPECT_EQ(without->desiderata[0].obstacle, Obstacle::kNone);
  EXPECT_EQ(without->desiderata[1].obstacle, Obstacle::kMissing);
}

TEST(CompareRuns, AnotherDecidingDoseIsAnotherEstimand) {
  DesideratumResult learned = result_of("a", kHigh);
  learned.expectations[0].expectation.deciding_dose = "0.9";
  const auto comparison = compare_runs(run_of({result_of("a", kHigh)}), run_of({learned}));
  ASSERT_TRUE(comparison.ok()) << comparison.status();
  EXPECT_EQ(outcome_of(*comparison), ComparisonOutcome::kNotComparable);
  EXPECT_EQ(comparison->desiderata[0].why,
            absl::StrCat("the baseline has ", learned.expectations[0].expectation.id,
                         " decided at plateau, the run decided at dose 0.9; make a new baseline"));
}

TEST(CompareRuns, WhatTheRegimeDecidesIsNoPropertyOfAModel) {
  DesideratumResult decided = result_of("a", kHigh, Verdict::kDecidedByRegime);
  EXPECT_THAT(message_of(compare_runs(run_of({decided}), run_of({decided}))),
              HasSubstr("no desideratum that was measured"));
}

TEST(CompareRuns, SeveralModelsArePairedByName) {
  const RunResult both = run_of({result_of("a", kHigh), result_of("b", kLow)});
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

// ---- What may differ ---------------------------------------------------------------------------

// Sets one field of a run, and says what compare_runs() makes of it beside a run without.
std::string refusal(const std::function<void(RunResult&)>& change) {
  RunResult other = run_of({result_of("a", kHigh)});
  change(other);
  const auto comparison = compare_runs(run_of({result_of("a", kHigh)}), other);
  if (!comparison.ok()) {
    EXPECT_EQ(comparison.status().code(), absl::StatusCode::kInvalidArgument);
    return message_of(comparison);
  }
  return absl::StrCat("named: ", absl::StrJoin(comparison->differences, "; "));
}

TEST(CompareRuns, WhatChangesTheEstimandIsRefusedAndNamed) {
  const auto expect = [](const std::string& difference,
                         const std::function<void(RunResult&)>& change) {
    EXPECT_EQ(refusal(change),
              absl::StrCat("the two runs did not measure the same thing: ", difference,
                           "; measure one of them again, as the other was"));
  };
  expect("optimizer was sgd, is adamw",
         [](RunResult& run) { run.request.training.optimizer = Optimizer::kAdamW; });
  expect("momentum was 0, is 0.5", [](RunResult& run) { run.request.training.momentum = 0.5; });
  expect("weight_decay was 0, is 0.25",
         [](RunResult& run) { run.request.training.weight_decay = 0.25; });
  expect("max_grad_norm was 0, is 1",
         [](RunResult& run) { run.request.training.max_gradient_norm = 1; });
  expect("control was none, is random-weights",
         [](RunResult& run) { run.request.control = "random-weights"; });
  expect("context_base was neutral, is nothing",
         [](RunResult& run) { run.request.context_base = "nothing"; });
  expect("mask was both, is none", [](RunResult& run) { run.request.mask = Mask::kNone; });
  expect("large was no, is yes", [](RunResult& run) { run.request.large = true; });
  expect("bos was auto, is never",
         [](RunResult& run) { run.request.beginning_of_sequence = "never"; });
  expect("epochs was 1, is 5", [](RunResult& run) { run.request.training.epochs = 5; });
  expect("train_only was none, is embed, head",
         [](RunResult& run) { run.request.training.train_only = {"embed", "head"}; });
  expect("freeze was none, is embed",
         [](RunResult& run) { run.request.training.freeze = {"embed"}; });
  expect("adapter was none, is lora",
         [](RunResult& run) { run.request.training.adapter = Adapter::kLora; });
  expect("lora_rank was 8, is 4", [](RunResult& run) { run.request.training.lora.rank = 4; });
  expect("lora_alpha was 16, is 8", [](RunResult& run) { run.request.training.lora.alpha = 8; });
  expect("lora_targets was all-linear, is q_proj",
         [](RunResult& run) { run.request.training.lora.targets = {"q_proj"}; });
  expect("lora_seed was 0, is 1", [](RunResult& run) { run.request.training.lora.seed = 1; });
  expect("claims_digest was none, is abc",
         [](RunResult& run) { run.request.claims_digest = "abc"; });
  expect("learning rate of a was 0.0001 (auto), is 0.001", [](RunResult& run) {
    run.request.learning_rate = "1e-3";
    run.context.models[0].learning_rate = 1e-3;
  });
}

TEST(CompareRuns, WhatChangesOnlyHowItIsComputedIsNamed) {
  EXPECT_EQ(refusal([](RunResult& run) { run.request.engine = "dense"; }),
            "named: engine was replay, is dense");
  EXPECT_EQ(refusal([](RunResult& run) { run.request.dtype = "bfloat16"; }),
            "named: dtype was float32, is bfloat16");
  EXPECT_EQ(refusal([](RunResult& run) { run.request.precision = "mixed"; }),
            "named: precision was exact, is mixed");
  EXPECT_EQ(refusal([](RunResult& run) { run.request.device = "cuda:0"; }),
            "named: device was cpu, is cuda:0");
  EXPECT_EQ(refusal([](RunResult& run) { run.request.threads = 2; }), "named: threads was 0, is 2");
  EXPECT_EQ(refusal([](RunResult& run) { run.context.models[0].learning_rate = 2e-4; }),
            "named: learning rate of a was 0.0001 (auto), is 0.0002 (auto)");
  EXPECT_EQ(refusal([](RunResult& run) { run.request.claims_file = "elsewhere.txt"; }),
            "named: claims was none, is elsewhere.txt");
}

TEST(CompareRuns, ARateByHandThatIsTheOneThatAutoFoundIsTheSame) {
  EXPECT_EQ(refusal([](RunResult& run) { run.request.learning_rate = "1e-4"; }), "named: ");
}

TEST(CompareRuns, OtherDigitsAreRefused) {
  RunResult before = run_of({result_of("a", kHigh)}), after = before;
  before.context.digits_digest = "mnist";
  after.context.digits_digest = "noise";
  EXPECT_THAT(message_of(compare_runs(before, after)),
              HasSubstr("the set of digits was mnist, is noise"));
}

// Every field has a meaning here: one that is added must be thought about.
TEST(CompareRuns, EveryFieldOfARequestHasARole) {
  size_t fields = 0;
  RunRequest request;
  visit_fields(request, [&](const char*, FieldRole, const auto&) { ++fields; });
  EXPECT_EQ(fields, 40u);
}

// ---- What comes of it --------------------------------------------------------------------------

ComparisonOutcome outcome(const RunResult& before, const RunResult& after) {
  const auto comparison = compare_runs(before, after);
  EXPECT_TRUE(comparison.ok()) << comparison.status();
  return outcome_of(*comparison);
}

TEST(CompareRuns, NoWorseNeedsTwoWholeRuns) {
  const RunResult whole = run_of({result_of("a", kHigh)});
  EXPECT_EQ(outcome(whole, whole), ComparisonOutcome::kNoWorse);
  for (const RunEnd end : {RunEnd::kInterrupted, RunEnd::kFailed, RunEnd::kUnfinished}) {
    RunResult cut = whole;
    cut.end = end;
    EXPECT_EQ(outcome(whole, cut), ComparisonOutcome::kNothingShown) << run_end_name(end);
    EXPECT_EQ(outcome(cut, whole), ComparisonOutcome::kNothingShown) << run_end_name(end);
  }
}

TEST(CompareRuns, ARunThatWasCutShortCanStillBeWorse) {
  RunResult cut = run_of({result_of("a", kLow)});
  cut.end = RunEnd::kInterrupted;
  EXPECT_EQ(outcome(run_of({result_of("a", kHigh)}), cut), ComparisonOutcome::kGotWorse);
}

TEST(CompareRuns, TooFewSeedsShowNothing) {
  const RunResult one = run_of({result_of("a", {0.5})});
  const auto comparison = compare_runs(one, one);
  ASSERT_TRUE(comparison.ok()) << comparison.status();
  EXPECT_EQ(comparison->desiderata[0].why, "1 seed is too few to show any change; it takes 5");
  EXPECT_EQ(outcome_of(*comparison), ComparisonOutcome::kNothingShown);
}

TEST(CompareRuns, AnotherVersionOfADesideratumIsNotComparableWhateverElseGotWorse) {
  RunResult before = run_of({result_of("a", kHigh)}), after = run_of({result_of("a", kLow)});
  DesideratumResult symmetry = result_of("a", kHigh);
  symmetry.key.desideratum = "symmetry";
  before.results.push_back(symmetry);
  after.results.push_back(symmetry);
  EXPECT_EQ(outcome(before, after), ComparisonOutcome::kGotWorse);
  after.context.plugins[1].version = "2";
  EXPECT_EQ(outcome(before, after), ComparisonOutcome::kNotComparable);
}

TEST(CompareRuns, WhatTheRunLacksIsNotComparable) {
  const auto reason = [](const DesideratumResult& after, const std::string& version = "1") {
    RunResult run = run_of({after});
    run.context.plugins[0].version = version;
    const auto comparison = compare_runs(run_of({result_of("a", kHigh)}), run);
    EXPECT_TRUE(comparison.ok()) << comparison.status();
    return comparison->desiderata.at(0).why;
  };
  DesideratumResult other = result_of("a", kHigh);
  other.key.desideratum = "symmetry";
  EXPECT_EQ(reason(other), "the run does not have it");
  EXPECT_EQ(reason(result_of("a", kHigh), "2"),
            "the baseline has version 1 of it, the run 2; make a new baseline");
  EXPECT_EQ(reason(result_of("a", kHigh, Verdict::kNotMeasured)), "the run could not measure it");
  other = result_of("a", kHigh);
  other.expectations[0].expectation.id = "else";
  EXPECT_EQ(reason(other), "the run does not have its expectation related_above");
  other = result_of("a", kHigh);
  for (uint64_t& seed : other.seeds) seed += 100;
  EXPECT_EQ(reason(other), "no seed was measured in both");
}

TEST(CompareRuns, WhatTheBaselineLacksIsLeftOut) {
  DesideratumResult more = result_of("a", kHigh), failed = more;
  more.key.desideratum = "symmetry";
  RunResult run = run_of({result_of("a", kHigh)});
  run.results.push_back(more);
  const auto comparison = compare_runs(run_of({result_of("a", kHigh)}), run);
  ASSERT_TRUE(comparison.ok()) << comparison.status();
  EXPECT_THAT(comparison->desiderata, SizeIs(1));
  failed.verdict = Verdict::kNotMeasured;
  EXPECT_THAT(message_of(compare_runs(run_of({failed}), run)),
              HasSubstr("the baseline has no desideratum that was measured"));
}

// ---- A series ----------------------------------------------------------------------------------

TEST(CompareSeries, TheTrendIsThatOfAllRuns) {
  const RunResult high = run_of({result_of("a", kHigh)}), low = run_of({result_of("a", kLow)});
  const auto comparison = compare_series({&high, &high}, low, {});
  ASSERT_TRUE(comparison.ok()) << comparison.status();
  EXPECT_THAT(comparison->between, SizeIs(1));
  const ComparedExpectation& one = comparison->desiderata[0].expectations[0];
  EXPECT_THAT(one.means, SizeIs(3));
  EXPECT_EQ(one.means.front(), one.change.before);
  EXPECT_EQ(one.means.back(), one.change.after);
  // Of high, high, low the line falls by as much as the ends differ.
  EXPECT_NEAR(one.change.difference, one.change.after - one.change.before, 1e-12);
}

TEST(CompareSeries, EveryRunHasToMeasureTheSame) {
  const RunResult run = run_of({result_of("a", kHigh)});
  RunResult clipped = run;
  clipped.request.training.max_gradient_norm = 1;
  EXPECT_THAT(message_of(compare_series({&run, &clipped}, run, {})),
              HasSubstr("the baseline and run 2 did not measure the same thing: max_grad_norm"));
  RunResult without = run;
  without.results.clear();
  const auto comparison = compare_series({&run, &without}, run, {});
  ASSERT_TRUE(comparison.ok()) << comparison.status();
  EXPECT_EQ(comparison->desiderata[0].why, "run 2 does not have it");
}

TEST(CompareRuns, WhatTheRegimeDecidesInOneRunIsNotCompared) {
  const RunResult before = run_of({result_of("a", kHigh)});
  RunResult after = run_of({result_of("a", kLow)});
  after.results[0].expectations[0].outcome.verdict = Verdict::kDecidedByRegime;
  const auto comparison = compare_runs(before, after);
  ASSERT_TRUE(comparison.ok()) << comparison.status();
  EXPECT_EQ(comparison->desiderata[0].expectations[0].change.change, Change::kDecidedByRegime);
  EXPECT_EQ(outcome_of(*comparison), ComparisonOutcome::kNoWorse);
}

}  // namespace
}  // namespace eif
