#include "reports/json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "reports/example_run_for_test.h"

namespace eif {
namespace {

using Json = nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

Json parsed(const RunResult& run) { return Json::parse(json_report(run)); }

// The only result of a run that has no other.
Json parsed(const DesideratumResult& result) {
  return parsed(RunResult{example_context(), {result}}).at("results").at(0);
}

std::vector<std::string> keys_of(const Json& object) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : object.items()) keys.push_back(key);
  return keys;
}

// ---- Schema ----------------------------------------------------------------------------------

// What readers of schema 1 rely on: whoever takes a key away raises the schema.
TEST(JsonReport, TheDocumentHasTheKeysOfSchema1) {
  const Json document = parsed(example_run());
  EXPECT_THAT(keys_of(document), UnorderedElementsAre("schema", "context", "results"));
  EXPECT_EQ(document["schema"], 1);
  EXPECT_THAT(keys_of(document["context"]),
              UnorderedElementsAre("program", "version", "started_at", "command_line",
                                   "interrupted", "control", "seeds", "claims", "reject_dictionary",
                                   "large", "engine", "optimizer", "dtype", "device", "threads",
                                   "deterministic", "torch", "build", "models", "plugins"));
  EXPECT_EQ(document["results"].size(), 6u);
}

TEST(JsonReport, AResultHasTheKeysOfSchema1) {
  const Json result = parsed(example_that_holds());
  EXPECT_THAT(keys_of(result),
              UnorderedElementsAre("model", "desideratum", "claim", "paper_section", "verdict",
                                   "finding", "seeds", "self_scale", "split_half_reliability",
                                   "flagged_rows", "expectations", "observations"));
  EXPECT_THAT(
      keys_of(result["expectations"][0]),
      UnorderedElementsAre("id", "kind", "primary", "claim", "verdict", "mean", "ci", "p",
                           "p_adjusted", "per_seed", "seeds_to_decide", "signal_to_noise",
                           "seeds_to_resolve", "noise_floor", "below_noise_floor", "reason"));
  EXPECT_THAT(keys_of(result["observations"][0]),
              UnorderedElementsAre("id", "unit", "claim", "mean", "per_seed"));
}

TEST(JsonReport, AnExpectationIsWrittenInFull) {
  EXPECT_EQ(parsed(example_that_holds())["expectations"], Json::parse(R"([
    {"id": "mutual_influence", "kind": "INV", "primary": true, "claim": "claim of mutual_influence",
     "verdict": "holds", "mean": 0.046875, "ci": [0.03125, 0.0625], "p": 0.25, "p_adjusted": 2e-05,
     "per_seed": [0.03125, 0.0625], "seeds_to_decide": null, "signal_to_noise": 2.125,
     "seeds_to_resolve": 2, "reason": "inside", "noise_floor": 2e-05, "below_noise_floor": false},
    {"id": "one_sided", "kind": "DIR", "primary": false, "claim": "claim of one_sided",
     "verdict": "inconclusive", "mean": 0.125, "ci": [-0.25, 0.5], "p": 0.5, "p_adjusted": 0.5,
     "per_seed": [0.5, -0.25], "seeds_to_decide": 30, "signal_to_noise": null,
     "seeds_to_resolve": null, "reason": "not above 0", "noise_floor": null,
     "below_noise_floor": false}])"));
}

TEST(JsonReport, AnObservationIsWrittenInFull) {
  DesideratumResult result = example_that_holds();
  result.observations = {{{.id = "density", .unit = "nats", .claim = "a share"}, {0.25, 0.75}}};
  EXPECT_EQ(parsed(result)["observations"], Json::parse(R"([
    {"id": "density", "unit": "nats", "claim": "a share", "mean": 0.5, "per_seed": [0.25, 0.75]}])"));
}

TEST(JsonReport, TheContextIsWrittenInFull) {
  EXPECT_EQ(parsed(example_run())["context"], Json::parse(R"({
    "program": "eif-suite", "version": "9.8.7", "started_at": "2024-02-29T12:34:56Z",
    "command_line": ["eif-suite", "--model", "cnn", "--all"], "interrupted": false, "control": null,
    "seeds": [0, 1], "claims": "mine.txt", "reject_dictionary": null, "large": true,
    "engine": "dense", "optimizer": {"name": "sgd", "momentum": 0.5, "weight_decay": 0.25},
    "dtype": "float32", "device": "cpu", "threads": 2, "deterministic": true, "torch": "2.13.0",
    "build": "gcc-12 example",
    "models": [{"name": "cnn", "fingerprint": "0123456789abcdef", "learning_rate": 0.0001,
                "learning_rate_reason": "auto: middle of the plateau",
                "facts": {"test accuracy": "0.9055"}, "unit": "nats", "fine_tuned_rows": 200,
                "load_seconds": 0.5, "measure_seconds": 12.25,
                "checks": {"noise_floor": 2.5e-07, "curvature": 0.0078125}},
               {"name": "phi3", "fingerprint": "fedcba9876543210", "learning_rate": 0.01,
                "learning_rate_reason": null, "facts": {}, "unit": "nats/token",
                "fine_tuned_rows": 20, "load_seconds": 60.0, "measure_seconds": 600.0,
                "checks": {"noise_floor": null, "noise_floor_reason": "no loss is finite",
                           "curvature": 0.25}}],
    "plugins": [{"id": "cnn", "version": "1.0", "kind": "model"},
                {"id": "symmetry", "version": "1.1", "kind": "desideratum"}]})"));
}

TEST(JsonReport, AControlRunSaysSo) {
  RunResult run = example_run();
  run.context.control = "random-weights";
  EXPECT_EQ(parsed(run)["context"]["control"], "random-weights");
}

TEST(JsonReport, AnEffectBelowTheNoiseFloorSaysSo) {
  const Json expectations = parsed(example_that_is_violated())["expectations"];
  EXPECT_EQ(expectations[0]["below_noise_floor"], false);  // −0.625
  EXPECT_EQ(expectations[1]["below_noise_floor"], true);   // 0
}

TEST(JsonReport, FlaggedRowsAreNamed) {
  EXPECT_EQ(parsed(example_that_holds())["flagged_rows"], Json::parse(R"([
    {"issue": "does not teach itself", "seed": 0, "condition": "fine-tuning", "request": "digits",
     "row": "4_2", "value": -0.5},
    {"issue": "not measured", "seed": 1, "condition": "fine-tuning", "request": "digits",
     "row": "7_0", "reason": "its loss is not finite"}])"));
}

TEST(JsonReport, ALearningRateThatTheUserChoseHasNoReason) {
  RunResult run{example_context(), {}};
  run.context.models[0].learning_rate_reason.clear();
  EXPECT_EQ(parsed(run)["context"]["models"][0]["learning_rate_reason"], nullptr);
}

TEST(JsonReport, EachVerdictHasItsName) {
  std::vector<std::string> verdicts;
  const Json document = parsed(example_run());
  for (const Json& result : document["results"]) verdicts.push_back(result["verdict"]);
  EXPECT_THAT(verdicts, ElementsAre("holds", "violated", "inconclusive", "not measured",
                                    "not measured", "inconclusive"));
}

TEST(JsonReport, SelfScalesAreByDomain) {
  EXPECT_EQ(parsed(example_that_holds())["self_scale"], Json::parse(R"({"digits": 0.0125})"));
}

TEST(JsonReport, WhatWasMeasuredInContextStandsBesideFineTuning) {
  const Json result = parsed(example_in_both_conditions());
  EXPECT_EQ(result["in_context_self_scale"], Json::parse(R"({"words": 0.75})"));
  EXPECT_EQ(result["expectations"][0]["mean"], 0.125);
  EXPECT_EQ(result["expectations"][0]["in_context"], Json::parse(R"(
    {"verdict": "holds", "mean": 1.25, "ci": [1.0, 1.5], "p": 0.25, "p_adjusted": 0.25,
     "per_seed": [1.0, 1.5], "seeds_to_decide": null, "signal_to_noise": null,
     "seeds_to_resolve": null, "reason": "above 0"})"));
  EXPECT_EQ(result["observations"][0]["mean"], 0.375);
  EXPECT_EQ(result["observations"][0]["in_context"], Json::parse(R"(
    {"mean": null, "per_seed": [0.5, null], "reason": "1 of 2 seeds could not be measured"})"));
}

TEST(JsonReport, AnInterruptedRunSaysSo) {
  RunResult run = example_run();
  run.context.interrupted = true;
  EXPECT_EQ(parsed(run)["context"]["interrupted"], true);
}

TEST(JsonReport, ARunWithoutResultsHasAnEmptyList) {
  EXPECT_EQ(parsed(RunResult{example_context(), {}})["results"], Json::array());
}

// ---- Numbers ---------------------------------------------------------------------------------

TEST(JsonReport, NumbersComeBackToTheLastBit) {
  DesideratumResult result = example_that_holds();
  const std::vector<double> numbers = {0.1, 1.0 / 3.0, std::numeric_limits<double>::denorm_min(),
                                       -std::numeric_limits<double>::max()};
  result.expectations[0].per_seed = numbers;
  EXPECT_EQ(parsed(result)["expectations"][0]["per_seed"].get<std::vector<double>>(), numbers);
}

TEST(JsonReport, NumbersThatAreNotFiniteAreNull) {
  DesideratumResult result = example_that_holds();
  const double infinity = std::numeric_limits<double>::infinity();
  result.expectations[0].per_seed = {kMissing, infinity, -infinity};
  EXPECT_EQ(parsed(result)["expectations"][0]["per_seed"], Json::parse("[null, null, null]"));
}

TEST(JsonReport, AnExpectationThatIsNotMeasuredHasItsReason) {
  EXPECT_EQ(parsed(example_with_a_missing_number())["expectations"], Json::parse(R"([
    {"id": "near_above_far", "kind": "DIR", "primary": true, "claim": "claim of near_above_far",
     "verdict": "not measured", "mean": null, "ci": [null, null], "p": null, "p_adjusted": null,
     "per_seed": [0.5, null], "seeds_to_decide": null, "signal_to_noise": null,
     "seeds_to_resolve": null, "reason": "1 of 2 seeds could not be measured", "noise_floor": null,
     "below_noise_floor": false}])"));
}

TEST(JsonReport, AnObservationThatIsNotMeasuredHasItsReason) {
  EXPECT_EQ(parsed(example_with_a_missing_number())["observations"], Json::parse(R"([
    {"id": "rank_correlation", "unit": "1", "claim": "Spearman", "mean": null,
     "per_seed": [0.5, null], "reason": "1 of 2 seeds could not be measured"}])"));
}

TEST(JsonReport, WhatFailedHasItsReasonBesideEveryNull) {
  const Json result = parsed(example_that_failed());
  const std::string reason = "ontology, plan of seed 0: no such words";
  EXPECT_EQ(result["error"], reason);
  EXPECT_EQ(result["finding"], reason);
  EXPECT_EQ(result["expectations"][0]["mean"], nullptr);
  EXPECT_EQ(result["expectations"][0]["reason"], reason);
  EXPECT_EQ(result["observations"][0]["mean"], nullptr);
  EXPECT_EQ(result["observations"][0]["reason"], reason);
}

// ---- Text ------------------------------------------------------------------------------------

TEST(JsonReport, TextThatIsNotUtf8IsReplaced) {
  RunResult run = example_run();
  run.context.command_line = {"--out", "caf\xe9", "σ"};
  EXPECT_EQ(parsed(run)["context"]["command_line"], Json({"--out", "caf\xef\xbf\xbd", "σ"}));
}

TEST(JsonReport, QuotesAndControlCharactersAreEscaped) {
  RunResult run = example_run();
  run.context.command_line = {"a\"b\\c\n\x01"};
  EXPECT_EQ(parsed(run)["context"]["command_line"][0], "a\"b\\c\n\x01");
}

TEST(JsonReport, IsOneDocumentThatEndsWithALine) {
  const std::string text = json_report(example_run());
  EXPECT_EQ(text.front(), '{');
  EXPECT_EQ(text.substr(text.size() - 2), "}\n");
}

TEST(JsonReport, AGainInContextSaysSo) {
  DesideratumResult result = example_that_holds();
  result.expectations[0].expectation.gain_in_context = true;
  EXPECT_EQ(parsed(result)["expectations"][0]["gain_in_context"], true);
}

}  // namespace
}  // namespace eif
