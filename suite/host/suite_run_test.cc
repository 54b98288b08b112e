#include "suite/host/suite_run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "suite/engine/monitor_for_test.h"
#include "suite/formats/test_files.h"
#include "suite/host/fakes_for_test.h"

namespace eif {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;

using Planned = absl::StatusOr<std::vector<Request>>;

DesideratumInfo info_for(std::vector<Modality> modalities) {
  return {.claim = "claim",
          .modalities = std::move(modalities),
          .holds = "it holds",
          .violated = "it is violated",
          .expectations = {{.id = "effect", .self_scale = "digits"}}};
}

std::vector<Request> request_for(const std::vector<int>& samples) {
  return {{"digits", "digits", labels(samples), labels(samples)}};
}

// plan() and score() are what a test makes of them. By default all is well.
class FakeDesideratum final : public Desideratum {
 public:
  DesideratumInfo info() const override { return info_for(modalities); }
  Planned plan(const Draw& draw) const override { return on_plan(draw); }
  absl::StatusOr<Scores> score(const Draw& draw, const Answers& answers) const override {
    return on_score(draw, answers);
  }

  std::vector<Modality> modalities = {Modality::kImage};
  std::function<Planned(const Draw&)> on_plan = [](const Draw&) { return request_for({1, 2}); };
  std::function<absl::StatusOr<Scores>(const Draw&, const Answers&)> on_score =
      [](const Draw&, const Answers& answers) -> absl::StatusOr<Scores> {
    return Scores{.effects = {{"effect", answers.at("digits").at(0, 1)}}};
  };
};

class FakeBackend final : public ModelBackend {
 public:
  std::vector<ModelAlias> aliases(const std::string&) const override { return {}; }
  absl::StatusOr<std::unique_ptr<Model>> load(const ModelRequest& request) const override {
    if (on_load) {
      if (absl::Status status = on_load(request.name); !status.ok()) return status;
    }
    return std::make_unique<FakeModel>(request.name);
  }

  std::optional<Modality> modality() const override { return certain_modality; }

  std::function<absl::Status(const std::string& name)> on_load;
  std::optional<Modality> certain_modality;
};

// Writes down what it is told.
class FakeObserver final : public RunObserver {
 public:
  absl::Status measured(const MeasuredMatrix& matrix) override {
    matrices.push_back(absl::StrCat(matrix.model, " ", matrix.desideratum, " ", matrix.seed, " ",
                                    matrix.request.name));
    return answer;
  }

  std::vector<std::string> matrices;
  absl::Status answer;
};

class SuiteRun : public testing::Test {
 protected:
  SuiteRun() {
    plan_.seeds = {0, 1};
    plan_.engine = std::make_unique<FakeEngine>();
    engine_ = static_cast<FakeEngine*>(plan_.engine.get());
    add_model("cnn");
  }

  void add_model(const std::string& name) {
    ModelRequest request;
    request.name = name;
    plan_.models.emplace_back(&backend_, std::move(request));
  }

  // The desideratum of a plugin with this id, which the test may still change.
  FakeDesideratum& add_desideratum(const char* id,
                                   std::vector<Modality> modalities = {Modality::kImage}) {
    records_.push_back(std::make_unique<PluginRecord>(
        PluginRecord{.id = id, .version = "1.0"}));
    auto desideratum = std::make_unique<FakeDesideratum>();
    desideratum->modalities = modalities;
    FakeDesideratum& result = *desideratum;
    plugins_.push_back(std::make_unique<LoadedPlugin>(
        "<test>", *records_.back(), std::move(desideratum), info_for(modalities)));
    plan_.desiderata.push_back(plugins_.back().get());
    return result;
  }

  RunOutcome run() { return run_suite(plan_, digits_, observer_, monitor_); }

  const TemporaryFolder no_data_;
  DigitSource digits_{no_data_.path()};
  FakeBackend backend_;
  std::vector<std::unique_ptr<PluginRecord>> records_;
  std::vector<std::unique_ptr<LoadedPlugin>> plugins_;
  FakeObserver observer_;
  MonitorForTest monitor_;
  RunPlan plan_;
  FakeEngine* engine_ = nullptr;
};

std::vector<std::string> names_of(const RunOutcome& outcome) {
  std::vector<std::string> names;
  for (const DesideratumResult& result : outcome.results) {
    names.push_back(result.model + " " + result.desideratum);
  }
  return names;
}

// ---- A run that goes well --------------------------------------------------------------------

TEST_F(SuiteRun, EveryDesideratumIsMeasuredOnEveryModelInOrder) {
  add_model("other");
  add_desideratum("b");
  add_desideratum("a");
  const RunOutcome outcome = run();
  EXPECT_EQ(outcome.end, RunEnd::kComplete);
  EXPECT_EQ(outcome.status, absl::OkStatus());
  EXPECT_THAT(names_of(outcome), ElementsAre("cnn b", "cnn a", "other b", "other a"));
  EXPECT_THAT(
      observer_.matrices,
      ElementsAre("cnn b 0 digits", "cnn a 0 digits", "cnn b 1 digits", "cnn a 1 digits",
                  "other b 0 digits", "other a 0 digits", "other b 1 digits", "other a 1 digits"));
}

TEST_F(SuiteRun, AllPlansOfASeedComeBeforeAnythingIsMeasured) {
  std::vector<std::string> events;
  const auto record = [&](const std::string& id) {
    FakeDesideratum& desideratum = add_desideratum(id == "a" ? "a" : "b");
    desideratum.on_plan = [&events, id](const Draw& draw) -> Planned {
      events.push_back(absl::StrCat("plan ", id, " ", draw.seed()));
      return request_for({1, 2});
    };
    const auto score = desideratum.on_score;
    desideratum.on_score = [&events, id, score](const Draw& draw, const Answers& answers) {
      events.push_back(absl::StrCat("score ", id, " ", draw.seed()));
      return score(draw, answers);
    };
  };
  record("a");
  record("b");
  engine_->before = [&] {
    events.push_back("measure");
    return absl::OkStatus();
  };
  EXPECT_EQ(run().end, RunEnd::kComplete);
  EXPECT_THAT(events, ElementsAre("plan a 0", "plan b 0", "measure", "score a 0", "score b 0",
                                  "plan a 1", "plan b 1", "measure", "score a 1", "score b 1"));
}

TEST_F(SuiteRun, WhatScoreSaysIsDividedAndJudged) {
  add_desideratum("a");
  const RunOutcome outcome = run();
  ASSERT_THAT(outcome.results, SizeIs(1));
  const DesideratumResult& result = outcome.results[0];
  EXPECT_EQ(result.error, "");
  EXPECT_THAT(result.seeds, ElementsAre(0, 1));
  // EIF(1→2) = 102; the median of EIF(1→1) = 101 and EIF(2→2) = 202 of both seeds is 151.5.
  EXPECT_THAT(result.expectations[0].per_seed, ElementsAre(102 / 151.5, 102 / 151.5));
}

TEST_F(SuiteRun, WhatTwoDesiderataAskForIsMeasuredOnce) {
  add_desideratum("a");
  add_desideratum("b");
  plan_.seeds = {0};
  EXPECT_EQ(run().end, RunEnd::kComplete);
  for (const auto& [cell, times] : engine_->measured) EXPECT_EQ(times, 1);
  EXPECT_EQ(monitor_.done, 2u);
}

TEST_F(SuiteRun, DistancesAreThoseOfTheBaseModelAndTrainNothing) {
  std::vector<double> distances;
  FakeDesideratum& desideratum = add_desideratum("a");
  desideratum.on_plan = [](const Draw&) -> Planned {
    std::vector<Request> requests = request_for({1});
    requests.push_back({"apart", "digits", labels({0}), labels({1, 0}), Cells::kDistance});
    return requests;
  };
  desideratum.on_score = [&](const Draw&, const Answers& answers) -> absl::StatusOr<Scores> {
    distances = answers.at("apart").values();
    return Scores{.effects = {{"effect", 1}}};
  };
  plan_.seeds = {0};
  const RunOutcome outcome = run();
  EXPECT_EQ(outcome.results.at(0).error, "");
  // The fake model embeds 0 as (1, 0) and 1 as (1, 1).
  EXPECT_THAT(distances,
              ElementsAre(DoubleNear(1 - 1 / std::sqrt(2), 1e-15), DoubleNear(0, 1e-15)));
  EXPECT_THAT(engine_->measured, ElementsAre(Pair(Pair(1, 1), 1)));
  EXPECT_EQ(monitor_.expected, 1u);
  EXPECT_EQ(monitor_.done, 1u);
  EXPECT_THAT(observer_.matrices, ElementsAre("cnn a 0 digits", "cnn a 0 apart"));
}

TEST_F(SuiteRun, ASampleThatCannotBeEmbeddedIsAMissingCell) {
  FakeDesideratum& desideratum = add_desideratum("a");
  desideratum.on_plan = [](const Draw&) -> Planned {
    std::vector<Request> requests = request_for({1});
    requests.push_back({"apart", "digits", labels({-1}), labels({1}), Cells::kDistance});
    return requests;
  };
  desideratum.on_score = [&](const Draw&, const Answers& answers) -> absl::StatusOr<Scores> {
    EXPECT_EQ(answers.at("apart").row_errors().at(0), "cannot embed -1");
    return Scores{.effects = {{"effect", answers.at("apart").at(0, 0)}}};
  };
  EXPECT_EQ(run().results.at(0).expectations[0].outcome.reason,
            "2 of 2 seeds could not be measured");
}

TEST_F(SuiteRun, AsManyRowsAreExpectedAsAreDone) {
  add_model("other");
  add_desideratum("a");
  add_desideratum("b").on_plan = [](const Draw&) { return request_for({2, 3}); };
  const RunOutcome outcome = run();
  EXPECT_EQ(monitor_.expected, 12u);  // 2 models, 2 seeds, the samples 1, 2 and 3
  EXPECT_EQ(monitor_.done, 12u);
  ASSERT_THAT(outcome.models, SizeIs(2));
  EXPECT_EQ(outcome.models[0].rows, 6u);
}

TEST_F(SuiteRun, TheContextDescribesTheModel) {
  add_desideratum("a");
  plan_.training.learning_rate = 0.5;
  const RunOutcome outcome = run();
  ASSERT_THAT(outcome.models, SizeIs(1));
  EXPECT_EQ(outcome.models[0].name, "cnn");
  EXPECT_EQ(outcome.models[0].fingerprint, "fingerprint of cnn");
  EXPECT_EQ(outcome.models[0].learning_rate, 0.5);
  EXPECT_THAT(outcome.models[0].facts, ElementsAre(std::pair("kind", "fake")));
  EXPECT_THAT(engine_->learning_rates, ElementsAre(0.5, 0.5));
}

TEST_F(SuiteRun, TheContextHasWhatWasCheckedOfTheModel) {
  add_desideratum("a");
  const ModelContext model = run().models.at(0);
  EXPECT_EQ(model.unit, "nats");
  EXPECT_EQ(model.checks.noise_floor_error, "the fake engine asks for no loss");
  EXPECT_EQ(model.checks.curvature_error, "the fake engine asks for no loss");
}

TEST_F(SuiteRun, UnderRandomWeightsTheModelIsAnother) {
  add_desideratum("a");
  plan_.control = Control::kRandomWeights;
  const RunOutcome outcome = run();
  EXPECT_EQ(outcome.end, RunEnd::kComplete);
  EXPECT_NE(outcome.models.at(0).fingerprint, "fingerprint of cnn");
}

TEST_F(SuiteRun, AModelThatTheControlDoesNotFitIsRefused) {
  add_desideratum("a");
  plan_.control = Control::kShuffledNames;
  const RunOutcome outcome = run();
  EXPECT_EQ(outcome.end, RunEnd::kRefused);
  EXPECT_THAT(std::string(outcome.status.message()), HasSubstr("cnn takes images"));
  EXPECT_THAT(outcome.results, IsEmpty());
}

TEST_F(SuiteRun, ALearningRateMayBeFoundForEachModel) {
  add_model("other");
  add_desideratum("a");
  plan_.find_learning_rate = [](Model& model) -> absl::StatusOr<ChosenRate> {
    return ChosenRate{model.info().name == "cnn" ? 0.125 : 0.25, "auto: " + model.info().name};
  };
  const RunOutcome outcome = run();
  ASSERT_THAT(outcome.models, SizeIs(2));
  EXPECT_EQ(outcome.models[0].learning_rate, 0.125);
  EXPECT_EQ(outcome.models[0].learning_rate_reason, "auto: cnn");
  EXPECT_EQ(outcome.models[1].learning_rate, 0.25);
  EXPECT_THAT(engine_->learning_rates, ElementsAre(0.125, 0.125, 0.25, 0.25));
}

TEST_F(SuiteRun, AModelWithoutALearningRateLeavesTheOthersToBeMeasured) {
  add_model("other");
  add_desideratum("a");
  plan_.find_learning_rate = [](Model& model) -> absl::StatusOr<ChosenRate> {
    if (model.info().name == "cnn") return absl::FailedPreconditionError("cnn: no plateau");
    return ChosenRate{0.25, "auto"};
  };
  const RunOutcome outcome = run();
  EXPECT_EQ(outcome.end, RunEnd::kFailed);
  EXPECT_EQ(outcome.status.message(), "cnn: no plateau");
  ASSERT_THAT(outcome.models, SizeIs(1));
  EXPECT_EQ(outcome.models[0].name, "other");
}

TEST_F(SuiteRun, StopsWhileALearningRateIsLookedFor) {
  add_desideratum("a");
  plan_.find_learning_rate = [](Model&) -> absl::StatusOr<ChosenRate> {
    return absl::CancelledError("interrupted");
  };
  EXPECT_EQ(run().end, RunEnd::kInterrupted);
}

TEST_F(SuiteRun, ADesideratumOfAnotherModalityIsSkipped) {
  add_desideratum("of_texts", {Modality::kText}).on_plan = [](const Draw&) -> Planned {
    throw std::logic_error("must not be called");
  };
  add_desideratum("of_both", {Modality::kText, Modality::kImage});
  const RunOutcome outcome = run();
  EXPECT_EQ(outcome.end, RunEnd::kComplete);
  EXPECT_THAT(names_of(outcome), ElementsAre("cnn of_both"));
}

TEST_F(SuiteRun, NothingAppliesGivesNoResult) {
  add_desideratum("of_texts", {Modality::kText});
  const RunOutcome outcome = run();
  EXPECT_EQ(outcome.end, RunEnd::kComplete);
  EXPECT_THAT(outcome.results, IsEmpty());
}

// ---- A desideratum that fails ----------------------------------------------------------------

class FailingDesideratum : public SuiteRun {
 protected:
  // What the report says of the first of two desiderata; the second must be complete.
  std::string error_of_first() {
    add_desideratum("good");
    const RunOutcome outcome = run();
    EXPECT_EQ(outcome.end, RunEnd::kComplete);
    EXPECT_THAT(names_of(outcome), ElementsAre("cnn bad", "cnn good"));
    EXPECT_EQ(outcome.results.at(1).error, "");
    EXPECT_THAT(outcome.results.at(1).seeds, ElementsAre(0, 1));
    return outcome.results.at(0).error;
  }
};

TEST_F(FailingDesideratum, APlanThatFailsIsItsError) {
  add_desideratum("bad").on_plan = [](const Draw&) -> Planned {
    return absl::InternalError("no words left");
  };
  EXPECT_THAT(error_of_first(), HasSubstr("no words left"));
}

TEST_F(FailingDesideratum, APlanThatThrowsIsItsError) {
  add_desideratum("bad").on_plan = [](const Draw&) -> Planned {
    throw std::runtime_error("index out of range");
  };
  EXPECT_EQ(error_of_first(), "bad, plan of seed 0: index out of range");
}

TEST_F(FailingDesideratum, APlanThatFailsOnceIsNotAskedAgain) {
  int plans = 0;
  add_desideratum("bad").on_plan = [&plans](const Draw&) -> Planned {
    ++plans;
    throw std::runtime_error("index out of range");
  };
  error_of_first();
  EXPECT_EQ(plans, 1);
}

TEST_F(FailingDesideratum, TwoSamplesWithOneIdAreItsError) {
  add_desideratum("bad").on_plan = [](const Draw&) { return request_for({1, 1}); };
  EXPECT_THAT(error_of_first(), HasSubstr("the request digits has two samples with the id 1"));
}

TEST_F(FailingDesideratum, TwoRequestsWithOneNameAreItsError) {
  add_desideratum("bad").on_plan = [](const Draw&) -> Planned {
    std::vector<Request> requests = request_for({1, 2});
    requests.push_back(request_for({3})[0]);
    return requests;
  };
  EXPECT_EQ(error_of_first(),
            "bad, plan of seed 0: two requests are named digits; names are distinct");
}

TEST_F(FailingDesideratum, AScoreThatFailsIsItsError) {
  add_desideratum("bad").on_score = [](const Draw&, const Answers&) -> absl::StatusOr<Scores> {
    return absl::InternalError("division by zero");
  };
  EXPECT_THAT(error_of_first(), HasSubstr("division by zero"));
}

TEST_F(FailingDesideratum, AScoreThatThrowsIsItsError) {
  add_desideratum("bad").on_score = [](const Draw& draw, const Answers& answers) {
    if (draw.seed() == 1) answers.at("misspelt");
    return absl::StatusOr<Scores>(Scores{.effects = {{"effect", 1}}});
  };
  EXPECT_THAT(error_of_first(), HasSubstr("bad, score of seed 1: map::at"));
}

// ---- A run that cannot go on -----------------------------------------------------------------

TEST_F(SuiteRun, AModelThatCannotBeLoadedLeavesTheOthers) {
  add_model("other");
  add_desideratum("a");
  backend_.on_load = [](const std::string& name) {
    return name == "cnn" ? absl::NotFoundError("no weights") : absl::OkStatus();
  };
  const RunOutcome outcome = run();
  EXPECT_EQ(outcome.end, RunEnd::kUnavailable);
  EXPECT_EQ(outcome.status, absl::NotFoundError("no weights"));
  EXPECT_THAT(names_of(outcome), ElementsAre("other a"));
}

TEST_F(SuiteRun, AModelThatThrowsWhileLoadingIsNamed) {
  add_desideratum("a");
  backend_.on_load = [](const std::string&) -> absl::Status {
    throw std::runtime_error("shape mismatch");
  };
  const RunOutcome outcome = run();
  EXPECT_EQ(outcome.end, RunEnd::kUnavailable);
  EXPECT_EQ(outcome.status, absl::InternalError("loading cnn: shape mismatch"));
}

TEST_F(SuiteRun, MissingDigitsAreNoFaultOfTheDesideratum) {
  add_desideratum("a").on_plan = [](const Draw& draw) -> Planned {
    return draw.digits(10).status();
  };
  const RunOutcome outcome = run();
  EXPECT_EQ(outcome.end, RunEnd::kUnavailable);
  EXPECT_THAT(std::string(outcome.status.message()), HasSubstr("MNIST was not found"));
}

TEST_F(SuiteRun, MissingDigitsAreNoticedBeforeAModelOfImagesIsLoaded) {
  add_desideratum("symmetry");
  backend_.certain_modality = Modality::kImage;
  backend_.on_load = [](const std::string&) {
    ADD_FAILURE() << "loaded";
    return absl::OkStatus();
  };
  const RunOutcome outcome = run();
  EXPECT_EQ(outcome.end, RunEnd::kUnavailable);
  EXPECT_THAT(std::string(outcome.status.message()), HasSubstr("MNIST was not found"));
  EXPECT_THAT(outcome.models, IsEmpty());
}

TEST_F(SuiteRun, DigitsAreNotMissedWhereNoDesideratumIsAboutImages) {
  add_desideratum("causality", {Modality::kText});
  backend_.certain_modality = Modality::kImage;
  EXPECT_EQ(run().end, RunEnd::kComplete);
}

TEST_F(SuiteRun, DrawsAreAsThePlanSays) {
  plan_.draws.claims = {"Ice floats."};
  plan_.draws.large = true;
  std::vector<std::string> claims;
  bool large = false;
  add_desideratum("claims").on_plan = [&](const Draw& draw) {
    claims = draw.claims();
    large = draw.large();
    return request_for({1, 2});
  };
  EXPECT_EQ(run().end, RunEnd::kComplete);
  EXPECT_THAT(claims, ElementsAre("Ice floats."));
  EXPECT_TRUE(large);
}

TEST_F(SuiteRun, AnEngineThatFailsEndsTheRun) {
  add_model("other");
  add_desideratum("a");
  engine_->before = [] { return absl::InternalError("the weights were not restored"); };
  const RunOutcome outcome = run();
  EXPECT_EQ(outcome.end, RunEnd::kFailed);
  EXPECT_EQ(outcome.status, absl::InternalError("the weights were not restored"));
  EXPECT_THAT(names_of(outcome), ElementsAre("cnn a"));
  EXPECT_EQ(outcome.results[0].error, "no seed was measured");
}

TEST_F(SuiteRun, AnEngineThatThrowsNamesModelAndSeed) {
  add_desideratum("a");
  engine_->before = []() -> absl::Status { throw std::runtime_error("bad tensor\nat frame #0"); };
  EXPECT_EQ(run().status, absl::InternalError("cnn, seed 0: bad tensor"));
}

TEST_F(SuiteRun, AMatrixThatCannotBeWrittenEndsTheRun) {
  add_desideratum("a");
  observer_.answer = absl::ResourceExhaustedError("disk full");
  const RunOutcome outcome = run();
  EXPECT_EQ(outcome.end, RunEnd::kFailed);
  EXPECT_EQ(outcome.status, absl::ResourceExhaustedError("disk full"));
  EXPECT_THAT(observer_.matrices, SizeIs(1));
}

// ---- Interruption ----------------------------------------------------------------------------

TEST_F(SuiteRun, AnInterruptedRunKeepsItsCompleteSeeds) {
  plan_.seeds = {0, 1, 2};
  add_model("other");
  add_desideratum("a");
  monitor_.stop_at = 3;  // in the middle of the second seed
  const RunOutcome outcome = run();
  EXPECT_EQ(outcome.end, RunEnd::kInterrupted);
  EXPECT_THAT(names_of(outcome), ElementsAre("cnn a"));
  EXPECT_THAT(outcome.results[0].seeds, ElementsAre(0));
  EXPECT_THAT(outcome.results[0].expectations[0].per_seed, SizeIs(1));
  EXPECT_EQ(outcome.results[0].error, "");
}

TEST_F(SuiteRun, InterruptedInTheFirstSeedThereIsNoNumber) {
  add_desideratum("a");
  monitor_.stop_at = 0;
  const RunOutcome outcome = run();
  EXPECT_EQ(outcome.end, RunEnd::kInterrupted);
  EXPECT_EQ(outcome.results.at(0).error, "no seed was measured");
  EXPECT_THAT(outcome.results.at(0).seeds, IsEmpty());
}

TEST_F(SuiteRun, InterruptedWhileLoadingNoOtherModelIsLoaded) {
  add_model("other");
  add_desideratum("a");
  std::vector<std::string> loads;
  backend_.on_load = [&loads](const std::string& name) -> absl::Status {
    loads.push_back(name);
    return absl::CancelledError("training was interrupted");
  };
  const RunOutcome outcome = run();
  EXPECT_EQ(outcome.end, RunEnd::kInterrupted);
  EXPECT_THAT(loads, ElementsAre("cnn"));
  EXPECT_THAT(outcome.results, IsEmpty());
}

}  // namespace
}  // namespace eif
