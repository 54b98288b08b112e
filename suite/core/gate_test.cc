#include "suite/core/gate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

namespace eif {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// Ten seeds of this mean, with a spread of 0.02.
std::vector<double> seeds(double mean) {
  std::vector<double> effects;
  for (const double spread : {-2, 1, 0, 2, -1, -1, 2, 0, -2, 1}) {
    effects.push_back(mean + 0.01 * spread);
  }
  return effects;
}

DesideratumResult result_of(const std::string& id, const std::vector<std::vector<double>>& effects,
                            Verdict verdict = Verdict::kHolds) {
  DesideratumResult result{.key = {.model = "m", .desideratum = id}, .verdict = verdict};
  for (uint64_t seed = 0; seed < effects.front().size(); ++seed) result.seeds.push_back(seed);
  for (size_t i = 0; i < effects.size(); ++i) {
    result.expectations.push_back(
        {.expectation = {.id = absl::StrCat("e", i)}, .per_seed = effects[i]});
  }
  return result;
}

RunResult run_of(const std::vector<DesideratumResult>& results) {
  RunResult run{.end = RunEnd::kComplete, .results = results};
  run.context.models = {{.name = "m", .learning_rate = 1e-4}};
  return run;
}

const RunResult& baseline() {
  static const RunResult& run = *new RunResult(run_of(
      {result_of("ontology", {seeds(0.6), seeds(0.6)}), result_of("locality", {seeds(0.6)})}));
  return run;
}

std::vector<GateFinding> findings_of(const Gate& gate, const RunResult& run) {
  const absl::StatusOr<GatedComparison> gated = compare_with_gate(gate, baseline(), run);
  EXPECT_TRUE(gated.ok()) << gated.status();
  return gated.ok() ? gated->findings : std::vector<GateFinding>();
}

std::string refusal(const Gate& gate) {
  return std::string(compare_with_gate(gate, baseline(), baseline()).status().message());
}

// One expectation of ontology lost 0.2.
RunResult worse_run() {
  return run_of(
      {result_of("ontology", {seeds(0.6), seeds(0.4)}), result_of("locality", {seeds(0.6)})});
}

TEST(Gate, ARunPassesBesideItself) {
  const Gate strict{.rules = {{.margin = 0, .unclear = GateLevel::kFail}}};
  EXPECT_THAT(findings_of(strict, baseline()), IsEmpty());
}

TEST(Gate, ALossBeyondTheMarginFails) {
  const std::vector<GateFinding> findings = findings_of({}, worse_run());
  ASSERT_THAT(findings, SizeIs(1));
  EXPECT_EQ(findings[0].level, GateLevel::kFail);
  EXPECT_EQ(findings[0].desideratum, "ontology");
  EXPECT_EQ(findings[0].expectation, "e1");
  EXPECT_THAT(findings[0].why, HasSubstr("lost 0.200"));
}

TEST(Gate, ALaterRuleWins) {
  const Gate wide{.rules = {{.margin = 0.01}, {.desideratum = "ontology", .margin = 0.3}}};
  EXPECT_THAT(findings_of(wide, worse_run()), IsEmpty());
  const Gate of_one{.rules = {{.desideratum = "ontology", .expectation = "e1", .margin = 0.3}}};
  EXPECT_THAT(findings_of(of_one, worse_run()), IsEmpty());
  const Gate warned{.rules = {{.desideratum = "ontology", .worse = GateLevel::kWarn}}};
  const std::vector<GateFinding> findings = findings_of(warned, worse_run());
  ASSERT_THAT(findings, SizeIs(1));
  EXPECT_EQ(findings[0].level, GateLevel::kWarn);
}

TEST(Gate, WhatIsNotJudgedDoesNotMatter) {
  EXPECT_THAT(findings_of({.desiderata = {"locality"}}, worse_run()), IsEmpty());
}

// Half of the seeds lost much, the others won as much: nothing is shown either way.
TEST(Gate, WhatIsUnclearIsAsTheRuleSays) {
  std::vector<double> spread = seeds(0.6);
  for (size_t i = 0; i < spread.size(); ++i) spread[i] += i % 2 == 0 ? 0.5 : -0.5;
  const RunResult run =
      run_of({result_of("ontology", {seeds(0.6), spread}), result_of("locality", {seeds(0.6)})});
  EXPECT_THAT(findings_of({}, run), IsEmpty());
  const std::vector<GateFinding> findings =
      findings_of({.rules = {{.unclear = GateLevel::kFail}}}, run);
  ASSERT_THAT(findings, SizeIs(1));
  EXPECT_EQ(findings[0].level, GateLevel::kFail);
  EXPECT_THAT(findings[0].why, HasSubstr("may have lost up to 0."));
  EXPECT_THAT(findings[0].why, HasSubstr("10 seeds show a loss of 0."));
}

TEST(Gate, AVerdictMayBeRequired) {
  const RunResult undecided =
      run_of({result_of("ontology", {seeds(0.6), seeds(0.6)}, Verdict::kInconclusive),
              result_of("locality", {seeds(0.6)}, Verdict::kViolated)});
  const auto required = [](const std::string& id, RequiredVerdict verdict) {
    return Gate{.rules = {{.desideratum = id, .verdict = verdict}}};
  };
  // Locality held before.
  EXPECT_THAT(findings_of({}, undecided), SizeIs(1));
  EXPECT_THAT(findings_of(required("ontology", RequiredVerdict::kNotViolated), undecided),
              SizeIs(1));
  EXPECT_THAT(findings_of(required("ontology", RequiredVerdict::kHolds), undecided), SizeIs(2));
}

TEST(Gate, AllExpectationsAreJudgedTogether) {
  const absl::StatusOr<GatedComparison> gated = compare_with_gate({}, baseline(), worse_run());
  ASSERT_TRUE(gated.ok()) << gated.status();
  EXPECT_EQ(gated->expectations, 3u);
  // Every seed says so: 1/1024, times three.
  EXPECT_DOUBLE_EQ(gated->comparison.desiderata[0].expectations[1].change.p_worse_adjusted,
                   3.0 / 1024);
}

// Sixty expectations on ten seeds: 60/1024 is above 0.05.
TEST(Gate, TooFewSeedsForSoManyExpectationsShowNothing) {
  const RunResult many =
      run_of({result_of("ontology", std::vector<std::vector<double>>(60, seeds(0.6)))});
  const absl::StatusOr<GatedComparison> gated = compare_with_gate({}, many, many);
  ASSERT_TRUE(gated.ok()) << gated.status();
  EXPECT_EQ(gated->comparison.desiderata[0].obstacle, Obstacle::kTooFewSeeds);
  EXPECT_THAT(gated->comparison.desiderata[0].why, HasSubstr("it takes 11"));
}

TEST(Gate, NamesWhatTheBaselineHas) {
  EXPECT_EQ(refusal({.desiderata = {"ontologie"}}),
            "the gate names the desideratum ontologie, which the baseline does not have; it has "
            "locality, ontology");
  const RunResult undecided = run_of({result_of("ontology", {seeds(0.6)}, Verdict::kDecidedByRegime),
                                      result_of("locality", {seeds(0.6)})});
  EXPECT_THAT(std::string(check_gate({.desiderata = {"ontology"}}, undecided).message()),
              HasSubstr("or no model could change; leave it out"));
  EXPECT_THAT(refusal({.rules = {{.desideratum = "symmetry"}}}), HasSubstr("symmetry"));
  EXPECT_THAT(refusal({.rules = {{.desideratum = "ontology", .expectation = "e7"}}}),
              HasSubstr("the expectation e7 of ontology"));
}

// Half of the seeds lost much, the others won as much.
std::vector<double> scattered(double mean) {
  std::vector<double> effects = seeds(mean);
  for (size_t i = 0; i < effects.size(); ++i) effects[i] += i % 2 == 0 ? 0.5 : -0.5;
  return effects;
}

TEST(Gate, AGainBeyondTheMarginIsAsTheRuleSays) {
  const RunResult better = run_of(
      {result_of("ontology", {seeds(0.6), seeds(0.8)}), result_of("locality", {seeds(0.6)})});
  EXPECT_THAT(findings_of({}, better), IsEmpty());
  const std::vector<GateFinding> findings =
      findings_of({.rules = {{.better = GateLevel::kWarn}}}, better);
  ASSERT_THAT(findings, SizeIs(1));
  EXPECT_EQ(findings[0].level, GateLevel::kWarn);
  EXPECT_THAT(findings[0].why, HasSubstr("gained 0.200"));
}

// A gain of 0.09 is no loss; whether it is one of 0.1 is open.
TEST(Gate, EquivalenceIsAskedForByBothSides) {
  std::vector<double> gained = seeds(0.69);
  for (size_t i = 0; i < gained.size(); ++i) gained[i] += i % 2 == 0 ? 0.03 : -0.03;
  const RunResult run =
      run_of({result_of("ontology", {seeds(0.6), gained}), result_of("locality", {seeds(0.6)})});
  EXPECT_THAT(findings_of({.rules = {{.unclear = GateLevel::kFail}}}, run), IsEmpty());
  const std::vector<GateFinding> findings = findings_of(
      {.rules = {{.better = GateLevel::kFail, .unclear = GateLevel::kFail}}}, run);
  ASSERT_THAT(findings, SizeIs(1));
  EXPECT_THAT(findings[0].why, HasSubstr("and is to be equivalent within 0.1"));
  EXPECT_THAT(findings_of({.rules = {{.better = GateLevel::kFail, .unclear = GateLevel::kFail}}},
                          baseline()),
              IsEmpty());
}

// One test for a loss and one for a gain of each: 6/1024.
TEST(Gate, TestsOfGainsAreOfTheSameFamily) {
  const absl::StatusOr<GatedComparison> gated =
      compare_with_gate({.rules = {{.better = GateLevel::kWarn}}}, baseline(), worse_run());
  ASSERT_TRUE(gated.ok()) << gated.status();
  EXPECT_EQ(gated->expectations, 3u);
  EXPECT_DOUBLE_EQ(gated->comparison.desiderata[0].expectations[1].change.p_worse_adjusted,
                   6.0 / 1024);
}

TEST(Gate, WhatTheRegimeDecidesIsNoTest) {
  RunResult decided = worse_run();
  decided.results[0].expectations[0].outcome.verdict = Verdict::kDecidedByRegime;
  const absl::StatusOr<GatedComparison> gated = compare_with_gate({}, baseline(), decided);
  ASSERT_TRUE(gated.ok()) << gated.status();
  EXPECT_EQ(gated->expectations, 2u);
  EXPECT_DOUBLE_EQ(gated->comparison.desiderata[0].expectations[1].change.p_worse_adjusted,
                   2.0 / 1024);
}

TEST(Gate, WhatReadingDoesIsJudgedOnRequest) {
  const auto with_context = [](double mean) {
    RunResult run = baseline();
    run.results.push_back(result_of("locality", {seeds(mean)}));
    run.results.back().key.condition = Condition::kInContext;
    return run;
  };
  const RunResult before = with_context(0.6), after = with_context(0.3);
  const absl::StatusOr<GatedComparison> without = compare_with_gate({}, before, after);
  ASSERT_TRUE(without.ok()) << without.status();
  EXPECT_THAT(without->findings, IsEmpty());
  const absl::StatusOr<GatedComparison> with =
      compare_with_gate({.in_context = true}, before, after);
  ASSERT_TRUE(with.ok()) << with.status();
  ASSERT_THAT(with->findings, SizeIs(1));
  EXPECT_EQ(with->findings[0].desideratum, "locality, in context");
  EXPECT_EQ(with->expectations, 4u);
}

TEST(Gate, WhatIsReadIsJudgedOnceAndWhatIsLearnedAtTheDoseThatDecides) {
  const auto with_doses = [](double at_half, double read) {
    RunResult run = run_of({});
    for (const char* const dose : {"0.5", "0.9"}) {
      for (const Condition condition : {Condition::kFineTuning, Condition::kInContext}) {
        const bool is_read = condition == Condition::kInContext;
        const double mean = is_read ? read : dose == std::string("0.5") ? at_half : 0.6;
        DesideratumResult& result = run.results.emplace_back(result_of("locality", {seeds(mean)}));
        result.key.dose = dose;
        result.key.condition = condition;
        if (!is_read) result.decided_at = "0.9";
      }
    }
    run.request.doses = {"0.5", "0.9"};
    return run;
  };
  const absl::StatusOr<GatedComparison> half =
      compare_with_gate({}, with_doses(0.6, 0.6), with_doses(0.2, 0.6));
  ASSERT_TRUE(half.ok()) << half.status();
  EXPECT_THAT(half->findings, IsEmpty());
  EXPECT_EQ(half->expectations, 1u);
  const absl::StatusOr<GatedComparison> read =
      compare_with_gate({.in_context = true}, with_doses(0.6, 0.6), with_doses(0.6, 0.2));
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_THAT(read->findings, SizeIs(1));
  EXPECT_EQ(read->expectations, 2u);
}

TEST(Gate, EachLookHasItsShareOfTheLevel) {
  // Six seeds lost 0.1 more than the margin, four 0.02 less: 16 of 1,024 patterns of signs reach
  // their sum, which times three tests is 0.047.
  std::vector<double> lost = seeds(0.4);
  for (size_t i = 0; i < 4; ++i) lost[i] += 0.12;
  const RunResult run =
      run_of({result_of("ontology", {seeds(0.6), lost}), result_of("locality", {seeds(0.6)})});
  EXPECT_THAT(findings_of({}, run), SizeIs(1));
  EXPECT_THAT(findings_of({.looks = 2}, run), IsEmpty());
  const absl::StatusOr<GatedComparison> gated = compare_with_gate({.looks = 2}, baseline(), run);
  EXPECT_THAT(unclear_desiderata({.looks = 2}, *gated), testing::ElementsAre("ontology"));
}

TEST(Gate, MoreSeedsMayDecideWhatIsUnclearOrInconclusive) {
  const RunResult run = run_of({result_of("ontology", {seeds(0.6), scattered(0.6)}),
                                result_of("locality", {seeds(0.6)}, Verdict::kInconclusive)});
  const absl::StatusOr<GatedComparison> gated = compare_with_gate({}, baseline(), run);
  ASSERT_TRUE(gated.ok()) << gated.status();
  EXPECT_THAT(unclear_desiderata({}, *gated), testing::ElementsAre("ontology"));
  const Gate holds{.rules = {{.verdict = RequiredVerdict::kHolds}}};
  EXPECT_THAT(unclear_desiderata(holds, *gated), testing::ElementsAre("ontology", "locality"));
  const absl::StatusOr<GatedComparison> same = compare_with_gate({}, baseline(), baseline());
  EXPECT_THAT(unclear_desiderata(holds, *same), IsEmpty());
  // What is unclear may fail the gate, and seeds may still make that good; a loss they may not.
  const Gate strict{.rules = {{.unclear = GateLevel::kFail}}};
  EXPECT_THAT(unclear_desiderata(strict, *gated), testing::ElementsAre("ontology"));
  const RunResult lost = run_of({result_of("ontology", {seeds(0.4), scattered(0.6)}),
                                 result_of("locality", {seeds(0.6)})});
  EXPECT_THAT(unclear_desiderata(strict, *compare_with_gate({}, baseline(), lost)), IsEmpty());
}

TEST(Gate, WithoutOneEachDesideratumIsJudgedByItself) {
  const absl::StatusOr<RunComparison> comparison = compare_runs(baseline(), worse_run());
  ASSERT_TRUE(comparison.ok()) << comparison.status();
  const GatedComparison judged = without_gate(*comparison);
  EXPECT_FALSE(judged.has_gate);
  EXPECT_FALSE(passes(judged));
  ASSERT_THAT(judged.findings, SizeIs(1));
  EXPECT_EQ(judged.findings[0].expectation, "e1");
}

}  // namespace
}  // namespace eif
