#include "reports/run_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "suite/core/example_run_for_test.h"

namespace eif {
namespace {

using Json = nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

Json parsed(const RunResult& run) { return Json::parse(run_json(run)); }

// The only result of a run that has no other.
Json parsed(const DesideratumResult& result) {
  return parsed(RunResult{.context = example_context(), .results = {result}}).at("results").at(0);
}

std::vector<std::string> keys_of(const Json& object) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : object.items()) keys.push_back(key);
  return keys;
}

// ---- Schema ----------------------------------------------------------------------------------

// What readers of schema 2 rely on: whoever takes a key away raises the schema.
TEST(RunJson, TheDocumentHasTheKeysOfSchema2) {
  const Json document = parsed(example_run());
  EXPECT_THAT(keys_of(document), UnorderedElementsAre("schema", "context", "request", "ended",
                                                      "problems", "results", "matrices"));
  EXPECT_EQ(document["schema"], 2);
  EXPECT_THAT(
      keys_of(document["context"]),
      UnorderedElementsAre("program", "version", "started_at", "command_line", "interrupted",
                           "control", "seeds", "claims", "reject_dictionary", "large", "engine",
                           "optimizer", "dtype", "device", "threads", "deterministic", "torch",
                           "build", "models", "plugins", "digits_digest"));
  EXPECT_EQ(document["results"].size(), 6u);
}

TEST(RunJson, AResultHasTheKeysOfSchema2) {
  const Json result = parsed(example_that_holds());
  EXPECT_THAT(keys_of(result),
              UnorderedElementsAre("model", "revision", "recipe", "dose", "desideratum", "claim",
                                   "paper_section", "if_holds", "if_violated", "verdict", "finding",
                                   "seeds", "self_scale", "split_half_reliability", "flagged_rows",
                                   "expectations", "observations", "verdicts_by_smallest_effect"));
  EXPECT_THAT(
      keys_of(result["expectations"][0]),
      UnorderedElementsAre("id", "kind", "primary", "claim", "self_scale", "verdict", "mean", "ci",
                           "p", "p_adjusted", "p_against", "p_against_adjusted", "p_decides",
                           "seeds_disagree", "clipped", "per_seed",
                           "seeds_to_decide", "signal_to_noise", "seeds_to_resolve", "noise_floor",
                           "below_noise_floor", "reason", "deciding_dose"));
  EXPECT_THAT(keys_of(result["observations"][0]),
              UnorderedElementsAre("id", "unit", "claim", "mean", "per_seed"));
}

TEST(RunJson, AnExpectationIsWrittenInFull) {
  EXPECT_EQ(parsed(example_that_holds())["expectations"], Json::parse(R"([
    {"id": "mutual_influence", "kind": "INV", "primary": true, "deciding_dose": "plateau", "claim": "claim of mutual_influence",
     "self_scale": null,
     "verdict": "holds", "mean": 0.046875, "ci": [0.03125, 0.0625], "p": 0.25, "p_adjusted": 2e-05,
     "p_against": null, "p_against_adjusted": null, "p_decides": 2e-05,
     "seeds_disagree": false, "clipped": [], "per_seed": [0.03125, 0.0625], "seeds_to_decide": null, "signal_to_noise": 2.125,
     "seeds_to_resolve": 2, "reason": "inside", "noise_floor": 2e-05, "below_noise_floor": false},
    {"id": "one_sided", "kind": "DIR", "primary": false, "deciding_dose": "plateau", "claim": "claim of one_sided",
     "self_scale": null,
     "verdict": "inconclusive", "mean": 0.125, "ci": [-0.25, 0.5], "p": 0.5, "p_adjusted": 0.5,
     "p_against": null, "p_against_adjusted": null, "p_decides": 0.5,
     "seeds_disagree": false, "clipped": [], "per_seed": [0.5, -0.25], "seeds_to_decide": 30, "signal_to_noise": null,
     "seeds_to_resolve": null, "reason": "not above 0", "noise_floor": null,
     "below_noise_floor": false}])"));
}

TEST(RunJson, AnObservationIsWrittenInFull) {
  DesideratumResult result = example_that_holds();
  result.observations = {{{.id = "density", .unit = "nats", .claim = "a share"}, {0.25, 0.75}}};
  EXPECT_EQ(parsed(result)["observations"], Json::parse(R"([
    {"id": "density", "unit": "nats", "claim": "a share", "mean": 0.5, "per_seed": [0.25, 0.75]}])"));
}

TEST(RunJson, TheContextIsWrittenInFull) {
  EXPECT_EQ(parsed(example_run())["context"], Json::parse(R"({
    "program": "eif-suite", "version": "9.8.7", "started_at": "2024-02-29T12:34:56Z",
    "command_line": ["eif-suite", "--model", "cnn", "--all"], "interrupted": false, "control": null,
    "seeds": [0, 1], "claims": "mine.txt", "reject_dictionary": null, "large": true,
    "engine": "dense", "optimizer": {"name": "sgd", "momentum": 0.5, "weight_decay": 0.25, "max_grad_norm": 2.0},
    "dtype": "float32", "device": "cpu", "threads": 2, "deterministic": true, "torch": "2.13.0",
    "build": "gcc-12 example",
    "models": [{"name": "cnn", "fingerprint": "0123456789abcdef", "learning_rate": 0.0001,
                "learning_rate_reason": "auto: middle of the plateau",
                "facts": {"test accuracy": "0.9055"}, "unit": "nats", "fine_tuned_rows": 200,
                "load_seconds": 0.5, "measure_seconds": 12.25, "rate_seconds": 0.25,
                "checks": {"noise_floor": 2.5e-07, "curvature": 0.0078125}, "seeds": [0, 1]},
               {"name": "phi3", "fingerprint": "fedcba9876543210", "learning_rate": 0.01,
                "learning_rate_reason": null, "facts": {}, "unit": "nats/token",
                "fine_tuned_rows": 20, "load_seconds": 60.0, "measure_seconds": 600.0,
                "rate_seconds": 0.0,
                "checks": {"noise_floor": null, "noise_floor_reason": "no loss is finite",
                           "curvature": 0.25}, "seeds": [0, 1]}],
    "plugins": [{"id": "cnn", "version": "1.0", "kind": "model"},
                {"id": "symmetry", "version": "1.1", "kind": "desideratum"}],
    "digits_digest": "d161"})"));
}

TEST(RunJson, AControlRunSaysSo) {
  RunResult run = example_run();
  run.request.control = "random-weights";
  EXPECT_EQ(parsed(run)["context"]["control"], "random-weights");
}

TEST(RunJson, AnEffectBelowTheNoiseFloorSaysSo) {
  const Json expectations = parsed(example_that_is_violated())["expectations"];
  EXPECT_EQ(expectations[0]["below_noise_floor"], false);  // −0.625
  EXPECT_EQ(expectations[1]["below_noise_floor"], true);   // 0
}

TEST(RunJson, FlaggedRowsAreNamed) {
  EXPECT_EQ(parsed(example_that_holds())["flagged_rows"], Json::parse(R"([
    {"issue": "does not teach itself", "seed": 0, "condition": "fine-tuning", "request": "digits",
     "row": "4_2", "value": -0.5},
    {"issue": "not measured", "seed": 1, "condition": "fine-tuning", "request": "digits",
     "row": "7_0", "reason": "its loss is not finite"}])"));
}

TEST(RunJson, ALearningRateThatTheUserChoseHasNoReason) {
  RunResult run{.context = example_context()};
  run.context.models[0].learning_rate_reason.clear();
  EXPECT_EQ(parsed(run)["context"]["models"][0]["learning_rate_reason"], nullptr);
}

TEST(RunJson, EachVerdictHasItsName) {
  std::vector<std::string> verdicts;
  const Json document = parsed(example_run());
  for (const Json& result : document["results"]) verdicts.push_back(result["verdict"]);
  EXPECT_THAT(verdicts, ElementsAre("holds", "violated", "inconclusive", "not measured",
                                    "not measured", "inconclusive"));
}

TEST(RunJson, SelfScalesAreByDomain) {
  EXPECT_EQ(parsed(example_that_holds())["self_scale"], Json::parse(R"({"digits": 0.0125})"));
}

TEST(RunJson, WhatWasMeasuredInContextStandsBesideFineTuning) {
  RunResult run{.context = example_context(),
                .results = {example_by_fine_tuning(), example_in_context()}};
  const Json document = parsed(run);
  ASSERT_EQ(document["results"].size(), 1u);
  const Json& result = document["results"][0];
  EXPECT_EQ(result["in_context_verdict"], "holds");
  EXPECT_EQ(result["in_context_self_scale"], Json::parse(R"({"words": 0.75})"));
  EXPECT_EQ(result["expectations"][0]["mean"], 0.125);
  EXPECT_EQ(result["expectations"][0]["in_context"], Json::parse(R"(
    {"verdict": "holds", "mean": 1.25, "ci": [1.0, 1.5], "p": 0.25, "p_adjusted": 0.25,
     "p_against": null, "p_against_adjusted": null, "p_decides": 0.25,
     "seeds_disagree": false, "clipped": [], "per_seed": [1.0, 1.5], "seeds_to_decide": null, "signal_to_noise": null,
     "seeds_to_resolve": null, "reason": "above 0"})"));
  EXPECT_EQ(result["observations"][0]["mean"], 0.375);
  EXPECT_EQ(result["observations"][0]["in_context"], Json::parse(R"(
    {"mean": null, "per_seed": [0.5, null], "reason": "1 of 2 seeds could not be measured"})"));
}

TEST(RunJson, AnInterruptedRunSaysSo) {
  RunResult run = example_run();
  run.end = RunEnd::kInterrupted;
  EXPECT_EQ(parsed(run)["context"]["interrupted"], true);
  EXPECT_EQ(parsed(run)["ended"], "interrupted");
}

TEST(RunJson, ARunWithoutResultsHasAnEmptyList) {
  EXPECT_EQ(parsed(RunResult{.context = example_context()})["results"], Json::array());
}

// ---- Numbers ---------------------------------------------------------------------------------

TEST(RunJson, NumbersComeBackToTheLastBit) {
  DesideratumResult result = example_that_holds();
  const std::vector<double> numbers = {0.1, 1.0 / 3.0, std::numeric_limits<double>::denorm_min(),
                                       -std::numeric_limits<double>::max()};
  result.expectations[0].per_seed = numbers;
  EXPECT_EQ(parsed(result)["expectations"][0]["per_seed"].get<std::vector<double>>(), numbers);
}

TEST(RunJson, NumbersThatAreNotFiniteAreNull) {
  DesideratumResult result = example_that_holds();
  const double infinity = std::numeric_limits<double>::infinity();
  result.expectations[0].per_seed = {kMissing, infinity, -infinity};
  EXPECT_EQ(parsed(result)["expectations"][0]["per_seed"], Json::parse("[null, null, null]"));
}

TEST(RunJson, AnExpectationThatIsNotMeasuredHasItsReason) {
  EXPECT_EQ(parsed(example_with_a_missing_number())["expectations"], Json::parse(R"([
    {"id": "near_above_far", "kind": "DIR", "primary": true, "deciding_dose": "plateau", "claim": "claim of near_above_far",
     "self_scale": null,
     "verdict": "not measured", "mean": null, "ci": [null, null], "p": null, "p_adjusted": null,
     "p_against": null, "p_against_adjusted": null, "p_decides": null,
     "seeds_disagree": false, "clipped": [], "per_seed": [0.5, null], "seeds_to_decide": null, "signal_to_noise": null,
     "seeds_to_resolve": null, "reason": "1 of 2 seeds could not be measured", "noise_floor": null,
     "below_noise_floor": false}])"));
}

TEST(RunJson, AnObservationThatIsNotMeasuredHasItsReason) {
  EXPECT_EQ(parsed(example_with_a_missing_number())["observations"], Json::parse(R"([
    {"id": "rank_correlation", "unit": "1", "claim": "Spearman", "mean": null,
     "per_seed": [0.5, null], "reason": "1 of 2 seeds could not be measured"}])"));
}

TEST(RunJson, WhatFailedHasItsReasonBesideEveryNull) {
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

TEST(RunJson, TextThatIsNotUtf8IsReplaced) {
  RunResult run = example_run();
  run.context.command_line = {"--out", "caf\xe9", "σ"};
  EXPECT_EQ(parsed(run)["context"]["command_line"], Json({"--out", "caf\xef\xbf\xbd", "σ"}));
}

TEST(RunJson, QuotesAndControlCharactersAreEscaped) {
  RunResult run = example_run();
  run.context.command_line = {"a\"b\\c\n\x01"};
  EXPECT_EQ(parsed(run)["context"]["command_line"][0], "a\"b\\c\n\x01");
}

TEST(RunJson, IsOneDocumentThatEndsWithALine) {
  const std::string text = run_json(example_run());
  EXPECT_EQ(text.front(), '{');
  EXPECT_EQ(text.substr(text.size() - 2), "}\n");
}

TEST(RunJson, AGainInContextSaysSo) {
  DesideratumResult result = example_that_holds();
  result.expectations[0].expectation.gain_in_context = true;
  EXPECT_EQ(parsed(result)["expectations"][0]["gain_in_context"], true);
}

TEST(RunJson, TheRequestIsWrittenAsItIs) {
  EXPECT_EQ(parsed(example_run())["request"], Json::parse(R"({
    "model": ["cnn", "phi3"], "weights": "", "bos": "auto", "data": "", "plugin": [], "all": true,
    "desideratum": ["symmetry"], "seeds": [0, 1], "claims": "mine.txt", "claims_digest": "abc",
    "reject_dictionary": "", "reject_dictionary_digest": "", "large": true, "control": "none",
    "beside": "none", "mask": "both", "context_base": "neutral", "explain": false,
    "lr": "auto", "dose": ["plateau"], "max_passes": 32, "optimizer": "sgd", "momentum": 0.5, "weight_decay": 0.25, "max_grad_norm": 2.0,
    "epochs": 1, "train_only": [], "freeze": [], "adapter": "none", "lora_rank": 8,
    "lora_alpha": 16.0, "lora_targets": ["all-linear"], "lora_seed": 0,
    "engine": "dense", "dtype": "float32", "precision": "exact", "device": "cpu", "threads": 0, "memory": 0,
    "deterministic": true})"));
}

// ---- Reading -----------------------------------------------------------------------------------

// The example with a learned dose, and what the regime decides.
RunResult learned_run() {
  RunResult run = example_run();
  run.request.doses = {"plateau", "0.9"};
  run.request.max_passes = 8;
  ModelContext& model = run.context.models[0];
  model.learned_rate = 0.3;
  model.learned_rate_reason = "learned: the largest calm rate";
  model.learned_noise = 1e-4;
  model.slower = BesideContext{.fingerprint = "fedc",
                               .learned_rate = 0.1,
                               .measure_seconds = 0.5,
                               .rows = 3,
                               .checks = {.noise_floor_error = "none", .curvature_error = "none"},
                               .seeds = {1}};
  run.results[0].expectations[0].outcome.verdict = Verdict::kDecidedByRegime;
  DesideratumResult learned = run.results[0];
  learned.key.dose = "0.9";
  ExpectationResult& one = learned.expectations[0];
  one.learned = LearnedEvidence{.passes = {4, 6},
                                .smallest_share = {0.91, 0.5},
                                .largest_share = {0.97, 0.99},
                                .not_reached = 1,
                                .own_per_seed = {0.25, 0.5},
                                .own_verdict = Verdict::kInconclusive,
                                .slower = SlowerEvidence{{1}, {0.0625}, 1}};
  learned.seeds = {0, 1};
  one.per_seed = {0.125, 0.25};
  run.results.push_back(learned);
  run.matrices = {{{.model = "cnn", .desideratum = "symmetry", .seed = 1, .request = "digits",
                    .dose = "0.9", .passes = 4},
                   "matrices/cnn/symmetry/seed1_digits_dose-0.9_passes-4",
                   "0123"}};
  return run;
}

TEST(RunJson, ALearnedDoseSaysHowItWasLearned) {
  const Json document = parsed(learned_run());
  const Json model = document["context"]["models"][0];
  EXPECT_EQ(model["learned_rate"], 0.3);
  EXPECT_EQ(model["learned_rate_reason"], "learned: the largest calm rate");
  EXPECT_EQ(model["learned_noise"], 1e-4);
  EXPECT_FALSE(document["context"]["models"][1].contains("learned_rate"));
  EXPECT_EQ(document["results"].back()["dose"], "0.9");
  EXPECT_EQ(document["results"].back()["expectations"][0]["learned"], Json::parse(R"({
    "passes": [4, 6], "smallest_share": [0.91, 0.5], "largest_share": [0.97, 0.99],
    "not_reached": 1, "own_passes_per_seed": [0.25, 0.5], "own_passes_mean": 0.375,
    "own_passes_verdict": "inconclusive",
    "third_of_the_rate": {"seeds": [1], "per_seed": [0.0625], "not_reached": 1}})"));
  EXPECT_EQ(model["third_of_the_rate"]["learned_rate"], 0.1);
  EXPECT_EQ(model["third_of_the_rate"]["fine_tuned_rows"], 3);
  EXPECT_EQ(document["matrices"][0]["dose"], "0.9");
  EXPECT_EQ(document["matrices"][0]["passes"], 4);
  EXPECT_EQ(document["results"][0]["expectations"][0]["verdict"], "decided by the regime");
}

TEST(RunJsonReader, GivesBackALearnedDose) {
  const std::string text = run_json(learned_run());
  const absl::StatusOr<RunResult> read = parse_run_json(text, "run.json");
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(run_json(*read), text);
  EXPECT_EQ(read->matrices[0].key, learned_run().matrices[0].key);
}

TEST(RunJsonReader, RefusesOtherNumbersThanThePathHasSeeds) {
  RunResult run = learned_run();
  run.results.back().expectations[0].learned->slower->per_seed = {0.5, 0.25};
  EXPECT_THAT(std::string(parse_run_json(run_json(run), "run.json").status().message()),
              testing::HasSubstr("has 2 numbers for 1 seeds"));
}

TEST(RunJsonReader, RefusesOtherNumbersOfSeedsThanTheResultHas) {
  RunResult run = learned_run();
  run.results.back().expectations[0].learned->passes = {4};
  EXPECT_THAT(std::string(parse_run_json(run_json(run), "run.json").status().message()),
              testing::HasSubstr("has 1 entries for 2 seeds"));
}

// Beside both conditions of a result, a matrix, and a model.
RunResult run_with_something_beside() {
  RunResult run = example_run();
  run.request.beside = "random-weights";
  for (DesideratumResult& result : run.results) {
    DesideratumResult control = result;
    control.key.control = "random-weights";
    if (!control.seeds.empty()) control.seeds[0] = 7;
    for (ExpectationResult& one : control.expectations) one.nats = 0.25;
    put_beside(control, result);
  }
  run.results[1].beside->error = "no scale";
  run.context.models[0].beside = BesideContext{.fingerprint = "fedc",
                                               .measure_seconds = 1.5,
                                               .rows = 7,
                                               .checks = {.noise_floor_error = "none"},
                                               .seeds = {0, 1},
                                               .cached_seeds = {1}};
  run.matrices = {{{.model = "cnn",
                    .desideratum = "symmetry",
                    .seed = 1,
                    .request = "digits",
                    .control = "random-weights"},
                   "matrices/cnn/symmetry/seed1_digits_beside-random-weights",
                   "0123"}};
  return run;
}

TEST(RunJson, WhatStandsBesideAVerdictIsInside) {
  const Json document = parsed(run_with_something_beside());
  const Json& result = document["results"].back();
  EXPECT_EQ(result["beside"], Json::parse(R"(
    {"control": "random-weights", "verdict": "inconclusive", "seeds": [7, 1], "self_scale": {"words": 0.5}})"));
  EXPECT_EQ(result["in_context_beside"]["verdict"], "holds");
  EXPECT_EQ(result["expectations"][0]["beside"]["mean"], 0.125);
  EXPECT_EQ(result["expectations"][0]["beside"]["mean_nats"], 0.25);
  EXPECT_EQ(result["expectations"][0]["in_context"]["beside"]["mean"], 1.25);
  EXPECT_EQ(document["context"]["models"][0]["beside"]["seeds"], Json::parse("[0, 1]"));
  EXPECT_EQ(document["context"]["models"][0]["beside"]["cached_seeds"], Json::parse("[1]"));
  EXPECT_EQ(document["matrices"][0]["control"], "random-weights");
}

TEST(RunJson, EachSmallestEffectHasItsVerdicts) {
  const Json curve = parsed(example_that_is_violated())["verdicts_by_smallest_effect"];
  ASSERT_EQ(curve.size(), 9u);
  EXPECT_EQ(curve[4]["smallest_effect"], 0.1);
  EXPECT_THAT(curve[4]["expectations"].size(), 2);
  EXPECT_FALSE(parsed(example_that_failed()).contains("verdicts_by_smallest_effect"));
}

TEST(RunJson, NatsStandBesideADividedEffect) {
  DesideratumResult result = example_that_is_open();
  result.expectations[0].nats = 0.5;
  const Json json = parsed(result)["expectations"][0];
  EXPECT_EQ(json["mean_nats"], 0.5);
  EXPECT_EQ(json["odds_per_token"], std::exp(0.5));
}

TEST(RunJsonReader, GivesBackWhatStandsBeside) {
  const std::string text = run_json(run_with_something_beside());
  const absl::StatusOr<RunResult> read = parse_run_json(text, "run.json");
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(run_json(*read), text);
}

TEST(RunJsonReader, GivesBackWhichDoseDecides) {
  RunResult run = learned_run();
  Expectation& expectation = run.results.back().expectations[0].expectation;
  expectation.deciding_dose = "0.9";
  expectation.second_dose = "plateau";
  run.results.back().decided_at = "0.9";
  const Json result = parsed(run)["results"].back();
  EXPECT_EQ(result["decided_at"], "0.9");
  EXPECT_EQ(result["expectations"][0]["deciding_dose"], "0.9");
  EXPECT_EQ(result["expectations"][0]["second_dose"], "plateau");
  const absl::StatusOr<RunResult> read = parse_run_json(run_json(run), "run.json");
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(run_json(*read), run_json(run));
}

TEST(RunJsonReader, ARunThatStatesNoDoseWasDecidedAtThePlateau) {
  Json document = parsed(example_run());
  Json& expectation = document["results"][0]["expectations"][0];
  EXPECT_EQ(expectation["deciding_dose"], "plateau");
  expectation.erase("deciding_dose");
  const absl::StatusOr<RunResult> read = parse_run_json(document.dump(), "run.json");
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->results[0].expectations[0].expectation.deciding_dose, "plateau");
}

// Until there was a choice, reading was compared with nothing.
TEST(RunJsonReader, ARunWithoutAContextBaseHadNone) {
  Json document = parsed(example_run());
  EXPECT_EQ(document["request"]["context_base"], "neutral");
  document["request"].erase("context_base");
  const absl::StatusOr<RunResult> read = parse_run_json(document.dump(), "run.json");
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->request.context_base, "nothing");
}

TEST(RunJsonReader, GivesBackTheSameRun) {
  RunResult run = example_run();
  run.end = RunEnd::kInterrupted;
  run.problems = {"the disk is full"};
  run.context.resumed_at = {"2024-03-01T00:00:00Z"};
  run.context.tags = {{"commit", "abc"}, {"data", "v=2"}};
  run.results[0].repeated_seeds = {7};
  run.results[1].error = "no scale";
  run.results.back().error = "no scale in context";
  run.results.back().flagged_rows = {
      {1, "words", {.issue = RowIssue::kOutlier, .row = "fact", .value = 3}}};
  run.matrices = {{{.model = "cnn", .desideratum = "symmetry", .seed = 1, .request = "digits"},
                   "matrices/cnn/symmetry/seed1_digits",
                   "0123",
                   "explanations/cnn/symmetry/seed1_digits.json"}};
  const std::string text = run_json(run);
  const absl::StatusOr<RunResult> read = parse_run_json(text, "run.json");
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(run_json(*read), text);
  ASSERT_EQ(read->results.size(), run.results.size());
  for (size_t i = 0; i < run.results.size(); ++i)
    EXPECT_EQ(read->results[i].key, run.results[i].key);
  EXPECT_EQ(read->matrices[0].key, run.matrices[0].key);
}

class RefusedDocument : public ::testing::Test {
 protected:
  // What is said of the example with something in it replaced.
  static std::string refusal(const std::string& pointer, const Json& value) {
    Json document = Json::parse(run_json(example_run()));
    document[Json::json_pointer(pointer)] = value;
    const absl::StatusOr<RunResult> run = parse_run_json(document.dump(), "x/run.json");
    EXPECT_EQ(run.status().code(), absl::StatusCode::kInvalidArgument) << pointer;
    return std::string(run.status().message());
  }

  static void expect(const std::string& pointer, const Json& value, const std::string& why) {
    EXPECT_EQ(refusal(pointer, value),
              "x/run.json is not the run.json of a run (eif-suite run --out DIR): " + why);
  }
};

TEST_F(RefusedDocument, SaysWhatIsWrong) {
  expect("/schema", 1, "it has schema 1, and this program reads 2");
  expect("/results/0/verdict", "perfect", "\"perfect\" is no verdict");
  expect("/results/0/expectations/0/kind", "ODD", "\"ODD\" is no kind of expectation");
  expect("/results/0/seeds", Json::array({0}), "mutual_influence has 2 numbers for 1 seeds");
  expect("/results/0/seeds", Json(std::vector<int>(10'001, 0)),
         "it has 10001 seeds, and a run has at most 10000");
  expect("/results/0/model", "gpt", "it has results of the model gpt alone");
  expect("/results/0/expectations/0/per_seed/0", "high", "\"per_seed\" is no number");
  expect("/results", Json(nullptr), "\"results\" is no list");
  expect("/ended", "well", "\"well\" is no way to end");
  expect("/results/0/expectations/0/clipped", Json::array({2}),
         "\"clipped\" names a seed that is not there");
  expect("/request/optimizer", "adam", "\"adam\" is no optimizer");
  expect("/request/adapter", "dora", "\"dora\" is no adapter");
  // They stand in every report beside a verdict.
  for (const char* const where : {"/results/0/dose", "/results/0/decided_at",
                                  "/results/0/expectations/0/deciding_dose",
                                  "/results/0/expectations/0/second_dose"}) {
    expect(where, "<img>", "\"<img>\" is no dose");
  }
  expect("/request/large", 1, "\"large\" is neither true nor false");
  for (const Json& seed : {Json(-1), Json(1.5), Json(1e308), Json("0")}) {
    expect("/results/0/seeds/0", seed, "\"seeds\" is no whole number from 0");
  }
  expect("/context/models", Json::array({1}), "\"name\" is looked for in what is no object");
}

TEST_F(RefusedDocument, MayNotNameFilesElsewhere) {
  const Json matrix = {{"model", "cnn"}, {"desideratum", "d"},
                       {"seed", 0},      {"condition", "fine-tuning"},
                       {"request", "r"}, {"digest", ""}};
  for (const char* path : {"/etc/passwd", "../x", "a/../../x", ""}) {
    Json named = matrix;
    named["path"] = path;
    expect("/matrices", Json::array({named}),
           std::string("\"path\" is \"") + path + "\", which is not below the run's folder");
    if (*path == '\0') continue;
    named["path"] = "here";
    named["explanation"] = path;
    expect("/matrices", Json::array({named}),
           std::string("\"explanation\" is \"") + path +
               "\", which is not below the run's folder");
  }
}

TEST_F(RefusedDocument, MissingMembersAreNamed) {
  Json document = Json::parse(run_json(example_run()));
  document["context"].erase("started_at");
  EXPECT_THAT(std::string(parse_run_json(document.dump(), "r").status().message()),
              HasSubstr("\"started_at\" is missing"));
  EXPECT_THAT(std::string(parse_run_json("{", "r/run.json").status().message()),
              HasSubstr("r/run.json"));
}

}  // namespace
}  // namespace eif
