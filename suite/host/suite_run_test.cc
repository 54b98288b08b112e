#include "suite/host/suite_run.h"

#include <cmath>
#include <stdexcept>

#include "suite/host/suite_run_for_test.h"

namespace eif {
namespace {

using ::testing::Contains;
using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;

const std::vector<uint64_t> kEnoughSeeds = {0, 1, 2, 3, 4};  // for one expectation: 2⁻⁵ < 0.05

// ---- A run that goes well --------------------------------------------------------------------

TEST_F(SuiteRun, EveryDesideratumIsMeasuredOnEveryModelInOrder) {
  add_model("other");
  add_desideratum("b");
  add_desideratum("a");
  const RunResult outcome = run();
  EXPECT_EQ(outcome.end, RunEnd::kComplete);
  EXPECT_THAT(outcome.problems, IsEmpty());
  EXPECT_THAT(names_of(outcome), ElementsAre("cnn b", "cnn a", "other b", "other a"));
  EXPECT_THAT(store_.matrices, ElementsAre("cnn b 0 digits", "cnn a 0 digits", "cnn b 1 digits",
                                           "cnn a 1 digits", "other b 0 digits", "other a 0 digits",
                                           "other b 1 digits", "other a 1 digits"));
}

TEST_F(SuiteRun, AllPlansOfASeedComeBeforeAnythingIsMeasured) {
  std::vector<std::string> events;
  const auto record = [&](const std::string& id) {
    FakeDesideratum& desideratum = add_desideratum(id == "a" ? "a" : "b");
    desideratum.on_plan = [&events, id](const Draw& draw) -> Planned {
      events.push_back(absl::StrCat("plan ", id, " ", draw.seed()));
      return request_for({1, 2}, draw.seed());
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
  const RunResult outcome = run();
  ASSERT_THAT(outcome.results, SizeIs(1));
  const DesideratumResult& result = outcome.results[0];
  EXPECT_EQ(result.error, "");
  EXPECT_THAT(result.seeds, ElementsAre(0, 1));
  // EIF(1→2) = 102; the median of EIF(1→1) = 101 and EIF(2→2) = 202 of both seeds is 151.5.
  EXPECT_THAT(result.expectations[0].per_seed, ElementsAre(102 / 151.5, 102 / 151.5));
}

// The fake engine gives the same numbers for all weights.
TEST_F(SuiteRun, BesideWhatHoldsStandsWhatRandomWeightsGive) {
  add_desideratum("holds");
  add_desideratum("is_violated").on_score = [](const Draw&, const Answers& answers) {
    return Scores{.effects = {{"effect", -answers.at("digits").at(0, 1)}}};
  };
  plan_.request.beside = "holds";
  plan_.request.seeds = {0, 1, 2, 3, 4, 5, 6, 7};
  const RunResult outcome = run();
  EXPECT_EQ(outcome.end, RunEnd::kComplete);
  ASSERT_THAT(outcome.results, SizeIs(2));
  EXPECT_EQ(outcome.results[0].verdict, Verdict::kHolds);
  ASSERT_TRUE(outcome.results[0].beside.has_value());
  EXPECT_EQ(outcome.results[0].beside->control, "random-weights");
  EXPECT_EQ(outcome.results[0].beside->verdict,
            Verdict::kHolds);  // the fake engine knows no weights
  EXPECT_EQ(outcome.results[1].verdict, Verdict::kViolated);
  EXPECT_FALSE(outcome.results[1].beside.has_value());
}

TEST_F(SuiteRun, WhereNothingHoldsNothingIsMeasuredBesideIt) {
  add_desideratum("a");
  plan_.request.beside = "holds";  // of two seeds nothing does
  const RunResult outcome = run();
  EXPECT_FALSE(outcome.context.models.at(0).beside.has_value());
  for (const auto& [cell, times] : engine_->measured) EXPECT_EQ(times, 2);
}

TEST_F(SuiteRun, BesideTheModelStandsWhatRandomWeightsGive) {
  add_desideratum("a");
  plan_.request.beside = "random-weights";
  const RunResult outcome = run();
  EXPECT_EQ(outcome.end, RunEnd::kComplete);
  ASSERT_THAT(outcome.results, SizeIs(1));
  const DesideratumResult& result = outcome.results[0];
  EXPECT_EQ(result.key.control, "none");
  ASSERT_TRUE(result.beside.has_value());
  EXPECT_EQ(result.beside->control, "random-weights");
  EXPECT_THAT(result.beside->seeds, ElementsAre(0, 1));
  ASSERT_TRUE(result.expectations[0].beside.has_value());
  EXPECT_EQ(result.expectations[0].beside->per_seed, result.expectations[0].per_seed);
  for (const auto& [cell, times] : engine_->measured) EXPECT_EQ(times, 4);
  const ModelContext& model = outcome.context.models.at(0);
  ASSERT_TRUE(model.beside.has_value());
  EXPECT_NE(model.beside->fingerprint, model.fingerprint);
  EXPECT_THAT(model.beside->seeds, ElementsAre(0, 1));
  std::vector<std::string> controls;
  for (const auto& [key, matrix] : store_.kept) controls.push_back(key.control);
  EXPECT_THAT(controls, testing::UnorderedElementsAre("", "", "random-weights", "random-weights"));
}

TEST_F(SuiteRun, WhatTwoDesiderataAskForIsMeasuredOnce) {
  add_desideratum("a");
  add_desideratum("b");
  plan_.request.seeds = {0};
  EXPECT_EQ(run().end, RunEnd::kComplete);
  for (const auto& [cell, times] : engine_->measured) EXPECT_EQ(times, 1);
  EXPECT_EQ(monitor_.done, 2u);
}

TEST_F(SuiteRun, DistancesAreThoseOfTheBaseModelAndTrainNothing) {
  std::vector<double> distances;
  FakeDesideratum& desideratum = add_desideratum("a");
  desideratum.on_plan = [](const Draw& draw) -> Planned {
    std::vector<Request> requests = request_for({1}, draw.seed());
    requests.push_back({"apart", "digits", labels({0}), labels({1, 0}), Cells::kDistance});
    return requests;
  };
  desideratum.on_score = [&](const Draw&, const Answers& answers) -> absl::StatusOr<Scores> {
    distances = answers.at("apart").values();
    return Scores{.effects = {{"effect", 1}}};
  };
  plan_.request.seeds = {0};
  const RunResult outcome = run();
  EXPECT_EQ(outcome.results.at(0).error, "");
  // The fake model embeds 0 as (1, 0) and 1 as (1, 1).
  EXPECT_THAT(distances,
              ElementsAre(DoubleNear(1 - 1 / std::sqrt(2), 1e-15), DoubleNear(0, 1e-15)));
  EXPECT_THAT(engine_->measured, ElementsAre(Pair(Pair(1, 1), 1)));
  EXPECT_EQ(monitor_.expected, 1u);
  EXPECT_EQ(monitor_.done, 1u);
  EXPECT_THAT(store_.matrices, ElementsAre("cnn a 0 digits", "cnn a 0 apart"));
}

TEST_F(SuiteRun, ASampleThatCannotBeEmbeddedIsAMissingCell) {
  FakeDesideratum& desideratum = add_desideratum("a");
  desideratum.on_plan = [](const Draw& draw) -> Planned {
    std::vector<Request> requests = request_for({1}, draw.seed());
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
  add_desideratum("b").on_plan = [](const Draw& draw) { return request_for({2, 3}, draw.seed()); };
  const RunResult outcome = run();
  EXPECT_EQ(monitor_.expected, 12u);  // 2 models, 2 seeds, the samples 1, 2 and 3
  EXPECT_EQ(monitor_.done, 12u);
  ASSERT_THAT(outcome.context.models, SizeIs(2));
  EXPECT_EQ(outcome.context.models[0].rows, 6u);
}

TEST_F(SuiteRun, TheContextDescribesTheModel) {
  add_desideratum("a");
  const RunResult outcome = run();
  ASSERT_THAT(outcome.context.models, SizeIs(1));
  EXPECT_EQ(outcome.context.models[0].name, "cnn");
  EXPECT_EQ(outcome.context.models[0].fingerprint, "fingerprint of cnn");
  EXPECT_EQ(outcome.context.models[0].learning_rate, 0.5);
  EXPECT_THAT(outcome.context.models[0].facts, ElementsAre(std::pair("kind", "fake")));
  EXPECT_THAT(engine_->learning_rates, ElementsAre(0.5, 0.5));
}

TEST_F(SuiteRun, TheContextHasWhatWasCheckedOfTheModel) {
  add_desideratum("a");
  const ModelContext model = run().context.models.at(0);
  EXPECT_EQ(model.unit, "nats");
  EXPECT_EQ(model.checks.noise_floor_error, "the fake engine asks for no loss");
  EXPECT_EQ(model.checks.curvature_error, "the fake engine asks for no loss");
}

TEST_F(SuiteRun, UnderRandomWeightsTheModelIsAnother) {
  add_desideratum("a");
  plan_.request.control = "random-weights";
  const RunResult outcome = run();
  EXPECT_EQ(outcome.end, RunEnd::kComplete);
  EXPECT_NE(outcome.context.models.at(0).fingerprint, "fingerprint of cnn");
}

TEST_F(SuiteRun, AModelThatTheControlDoesNotFitIsRefused) {
  add_desideratum("a");
  plan_.request.control = "shuffled-names";
  const RunResult outcome = run();
  EXPECT_EQ(outcome.end, RunEnd::kRefused);
  EXPECT_THAT(outcome.problems, ElementsAre(HasSubstr("cnn takes images")));
  EXPECT_THAT(outcome.results, IsEmpty());
}

TEST_F(SuiteRun, AModelWhoseLearningRateCannotBeFoundLeavesTheOthersToBeTried) {
  add_model("other");
  add_desideratum("a");
  plan_.request.learning_rate = "auto";
  auto engine = std::make_unique<FakeEngine>();
  engine->before = [] { return absl::FailedPreconditionError("no plateau"); };
  plan_.sweep_engine = std::move(engine);
  const RunResult outcome = run();
  EXPECT_EQ(outcome.end, RunEnd::kFailed);
  EXPECT_THAT(outcome.problems, SizeIs(2));  // one for each model
  EXPECT_THAT(outcome.context.models, IsEmpty());
}

TEST_F(SuiteRun, StopsWhileALearningRateIsLookedFor) {
  add_desideratum("a");
  plan_.request.learning_rate = "auto";
  auto engine = std::make_unique<FakeEngine>();
  engine->before = [] { return absl::CancelledError("interrupted"); };
  plan_.sweep_engine = std::move(engine);
  EXPECT_EQ(run().end, RunEnd::kInterrupted);
}

TEST_F(SuiteRun, ADesideratumOfAnotherModalityIsSkipped) {
  add_desideratum("of_texts", {Modality::kText}).on_plan = [](const Draw&) -> Planned {
    throw std::logic_error("must not be called");
  };
  add_desideratum("of_both", {Modality::kText, Modality::kImage});
  const RunResult outcome = run();
  EXPECT_EQ(outcome.end, RunEnd::kComplete);
  EXPECT_THAT(names_of(outcome), ElementsAre("cnn of_both"));
}

TEST_F(SuiteRun, NothingAppliesGivesNoResult) {
  add_desideratum("of_texts", {Modality::kText});
  const RunResult outcome = run();
  EXPECT_EQ(outcome.end, RunEnd::kComplete);
  EXPECT_THAT(outcome.results, IsEmpty());
}

// ---- A desideratum that fails ----------------------------------------------------------------

class FailingDesideratum : public SuiteRun {
 protected:
  // What the report says of the first of two desiderata; the second must be complete.
  std::string error_of_first() {
    add_desideratum("good");
    const RunResult outcome = run();
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
  add_desideratum("bad").on_plan = [](const Draw& draw) {
    return request_for({1, 1}, draw.seed());
  };
  EXPECT_THAT(error_of_first(), HasSubstr("the request digits has two samples with the id 1"));
}

TEST_F(FailingDesideratum, TwoRequestsWithOneNameAreItsError) {
  add_desideratum("bad").on_plan = [](const Draw& draw) -> Planned {
    std::vector<Request> requests = request_for({1, 2}, draw.seed());
    requests.push_back(request_for({3}, draw.seed())[0]);
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
  const RunResult outcome = run();
  EXPECT_EQ(outcome.end, RunEnd::kUnavailable);
  EXPECT_THAT(outcome.problems, ElementsAre("no weights"));
  EXPECT_THAT(names_of(outcome), ElementsAre("other a"));
}

TEST_F(SuiteRun, AModelThatThrowsWhileLoadingIsNamed) {
  add_desideratum("a");
  backend_.on_load = [](const std::string&) -> absl::Status {
    throw std::runtime_error("shape mismatch");
  };
  const RunResult outcome = run();
  EXPECT_EQ(outcome.end, RunEnd::kUnavailable);
  EXPECT_THAT(outcome.problems, ElementsAre("loading cnn: shape mismatch"));
}

TEST_F(SuiteRun, EveryModelThatFailsIsToldOf) {
  add_model("other");
  add_desideratum("a");
  backend_.on_load = [](const std::string& name) { return absl::NotFoundError("no " + name); };
  const RunResult outcome = run();
  EXPECT_EQ(outcome.end, RunEnd::kUnavailable);
  EXPECT_THAT(outcome.problems, ElementsAre("no cnn", "no other"));
}

TEST_F(SuiteRun, MissingDigitsAreNoticedOnceTheModelSaysThatItTakesImages) {
  const TemporaryFolder empty;
  plan_.request.data_folder = empty.path();
  add_desideratum("a");
  const RunResult outcome = run();
  EXPECT_EQ(outcome.end, RunEnd::kUnavailable);
  EXPECT_THAT(outcome.problems, ElementsAre(HasSubstr("MNIST was not found")));
}

TEST_F(SuiteRun, MissingDigitsAreNoticedBeforeAModelOfImagesIsLoaded) {
  const TemporaryFolder empty;
  plan_.request.data_folder = empty.path();
  add_desideratum("symmetry");
  backend_.certain_modality = Modality::kImage;
  backend_.on_load = [](const std::string&) {
    ADD_FAILURE() << "loaded";
    return absl::OkStatus();
  };
  const RunResult outcome = run();
  EXPECT_EQ(outcome.end, RunEnd::kUnavailable);
  EXPECT_THAT(outcome.problems, ElementsAre(HasSubstr("MNIST was not found")));
  EXPECT_THAT(outcome.context.models, IsEmpty());
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
    return request_for({1, 2}, draw.seed());
  };
  EXPECT_EQ(run().end, RunEnd::kComplete);
  EXPECT_THAT(claims, ElementsAre("Ice floats."));
  EXPECT_TRUE(large);
}

// The fake model has no loss to explain.
TEST_F(SuiteRun, AnExplanationThatFailsEndsTheRun) {
  add_desideratum("a");
  plan_.request.explain = true;
  plan_.request.seeds = {0};
  const RunResult outcome = run();
  EXPECT_EQ(outcome.end, RunEnd::kFailed);
  EXPECT_THAT(outcome.problems, ElementsAre(HasSubstr("the fake engine asks for no loss")));
  EXPECT_THAT(store_.matrices, IsEmpty());
}

TEST_F(SuiteRun, AnEngineThatFailsEndsTheRun) {
  add_model("other");
  add_desideratum("a");
  engine_->before = [] { return absl::InternalError("the weights were not restored"); };
  const RunResult outcome = run();
  EXPECT_EQ(outcome.end, RunEnd::kFailed);
  EXPECT_THAT(outcome.problems, ElementsAre("the weights were not restored"));
  EXPECT_THAT(names_of(outcome), ElementsAre("cnn a"));
  EXPECT_EQ(outcome.results[0].error, "no seed was measured");
}

TEST_F(SuiteRun, AnEngineThatThrowsNamesModelAndSeed) {
  add_desideratum("a");
  engine_->before = []() -> absl::Status { throw std::runtime_error("bad tensor\nat frame #0"); };
  EXPECT_THAT(run().problems, ElementsAre("cnn, seed 0: bad tensor"));
}

TEST_F(SuiteRun, WhatCannotBeKeptIsMeasuredAndToldOfAllTheSame) {
  add_desideratum("a");
  store_.on_keep = absl::ResourceExhaustedError("disk full");
  const RunResult outcome = run();
  EXPECT_EQ(outcome.end, RunEnd::kComplete);
  EXPECT_THAT(outcome.problems, ElementsAre("disk full", "disk full"));  // of two seeds
  EXPECT_THAT(outcome.results.at(0).seeds, ElementsAre(0, 1));
}

TEST_F(SuiteRun, ARecordThatCannotBeWrittenIsToldOfOnce) {
  add_desideratum("a");
  store_.on_write = absl::ResourceExhaustedError("disk full");
  const RunResult outcome = run();
  EXPECT_THAT(outcome.problems, ElementsAre("disk full"));
  EXPECT_THAT(monitor_.announcements, Contains("not kept, and measured on: disk full").Times(1));
  EXPECT_THAT(outcome.results.at(0).seeds, ElementsAre(0, 1));
}

// ---- Interruption ----------------------------------------------------------------------------

TEST_F(SuiteRun, AnInterruptedRunKeepsItsCompleteSeeds) {
  plan_.request.seeds = {0, 1, 2};
  add_model("other");
  add_desideratum("a");
  monitor_.stop_at = 3;  // in the middle of the second seed
  const RunResult outcome = run();
  EXPECT_EQ(outcome.end, RunEnd::kInterrupted);
  EXPECT_THAT(names_of(outcome), ElementsAre("cnn a"));
  EXPECT_THAT(outcome.results[0].seeds, ElementsAre(0));
  EXPECT_THAT(outcome.results[0].expectations[0].per_seed, SizeIs(1));
  EXPECT_EQ(outcome.results[0].error, "");
}

TEST_F(SuiteRun, InterruptedInTheFirstSeedThereIsNoNumber) {
  add_desideratum("a");
  monitor_.stop_at = 0;
  const RunResult outcome = run();
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
  const RunResult outcome = run();
  EXPECT_EQ(outcome.end, RunEnd::kInterrupted);
  EXPECT_THAT(loads, ElementsAre("cnn"));
  EXPECT_THAT(outcome.results, IsEmpty());
}

TEST_F(SuiteRun, ADesideratumThatAsksForTooManyMatricesFailsByItself) {
  add_desideratum("greedy").on_plan = [](const Draw&) {
    std::vector<Request> requests(10'001);
    for (size_t i = 0; i < requests.size(); ++i) requests[i].name = std::to_string(i);
    return requests;
  };
  add_desideratum("modest");
  const RunResult outcome = run();
  EXPECT_EQ(outcome.results.at(0).error,
            "greedy, plan of seed 0: it asks for 10001 matrices; at most 10000 are kept");
  EXPECT_EQ(outcome.results.at(1).error, "");
}

// ---- What counts -------------------------------------------------------------------------------

TEST_F(SuiteRun, SeedsThatDrawTheSameAreNoReplication) {
  add_desideratum("same").on_plan = [](const Draw&) { return request_for({1, 2}, 7); };
  add_desideratum("other");
  plan_.request.seeds = {0, 1, 2};
  const RunResult outcome = run();
  EXPECT_THAT(outcome.results.at(0).seeds, ElementsAre(0));
  EXPECT_THAT(outcome.results.at(0).repeated_seeds, ElementsAre(1, 2));
  EXPECT_THAT(outcome.results.at(1).seeds, ElementsAre(0, 1, 2));
}

TEST_F(SuiteRun, ADesideratumThatIsNamedAndAppliesToNoModelIsAProblem) {
  add_desideratum("of_texts", {Modality::kText});
  add_desideratum("of_images");
  plan_.request.all = false;
  plan_.request.seeds = kEnoughSeeds;
  plan_.desiderata_are_named = true;
  const RunResult outcome = run();
  EXPECT_EQ(outcome.end, RunEnd::kComplete);
  EXPECT_THAT(outcome.problems, ElementsAre("of_texts applies to none of the models (cnn)"));
  EXPECT_THAT(monitor_.announcements,
              ElementsAre("of_texts is not about images, which cnn takes: it is left out"));
}

TEST_F(SuiteRun, WhatIsLeftOutOfAModelIsOneLine) {
  add_desideratum("a", {Modality::kText});
  add_desideratum("b", {Modality::kText});
  add_desideratum("of_images");
  plan_.request.all = false;
  plan_.request.seeds = kEnoughSeeds;
  plan_.desiderata_are_named = true;
  run();
  EXPECT_THAT(monitor_.announcements,
              ElementsAre("a, b are not about images, which cnn takes: they are left out"));
}

TEST_F(SuiteRun, WhatSoFewSeedsCannotDecideIsSaidBeforeItIsMeasured) {
  add_desideratum("a");
  add_desideratum("of_texts", {Modality::kText});  // not asked
  plan_.request.seeds = {0, 1};
  std::vector<std::string> before_measuring;
  engine_->before = [&] {
    before_measuring = monitor_.announcements;
    return absl::OkStatus();
  };
  const RunResult outcome = run();
  EXPECT_THAT(before_measuring,
              ElementsAre("2 seeds are too few to decide anything about a (cnn), whatever is "
                          "measured: --seeds 3 is the least that can",
                          "2 seeds are too few to find that this holds: a (cnn), whatever is "
                          "measured: --seeds 5 is the least that can"));
  EXPECT_EQ(outcome.results.at(0).verdict, Verdict::kInconclusive);
}

TEST_F(SuiteRun, NobodyIsToldWhatHeDidNotAskFor) {
  add_desideratum("of_texts", {Modality::kText});
  add_desideratum("of_images");
  plan_.request.all = false;  // as for `reproduce`, whose claims name desiderata
  plan_.request.seeds = kEnoughSeeds;
  const RunResult outcome = run();
  EXPECT_THAT(monitor_.announcements, IsEmpty());
  EXPECT_THAT(outcome.problems, IsEmpty());
}

}  // namespace
}  // namespace eif
