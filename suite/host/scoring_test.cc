#include "suite/host/scoring.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "suite/host/fakes_for_test.h"

namespace eif {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

Expectation divided(const std::string& id, const std::string& domain = "digits") {
  return {.id = id, .kind = ExpectationKind::kDirection, .self_scale = domain};
}

Scoring scoring_of(std::vector<Expectation> expectations,
                   std::vector<Observation> observations = {},
                   Modality modality = Modality::kImage) {
  return Scoring({.model = "cnn", .desideratum = "fake"},
                 {.claim = "claim",
                  .expectations = std::move(expectations),
                  .observations = std::move(observations)},
                 modality);
}

// A request for each sample on each, whose influence on itself is given and on others is −1000.
struct Measured {
  Request request;
  Matrix matrix;

  Measured(const std::string& name, const std::string& domain, std::vector<Sample> samples,
           const std::vector<double>& self_influences)
      : request{name, domain, samples, samples} {
    std::vector<std::string> ids;
    for (const Sample& sample : samples) ids.push_back(sample.id);
    matrix = Matrix(ids, ids);
    for (size_t row = 0; row < ids.size(); ++row) {
      for (size_t column = 0; column < ids.size(); ++column) {
        matrix.at(row, column) = row == column ? self_influences[row] : -1000;
      }
    }
  }
};

void add_seed(Scoring& scoring, uint64_t seed, const std::vector<Measured>& measured,
              const Scores& scores, Condition condition = Condition::kFineTuning) {
  std::vector<HashedRequest> requests;
  Answers answers;
  for (const Measured& one : measured) {
    requests.push_back(hashed(one.request));
    answers[one.request.name] = one.matrix;
  }
  scoring.add(seed, requests, answers, scores, condition);
}

constexpr NoiseFloors kNoNoise = {.by_fine_tuning = 0, .in_context = 0};

// What decides the verdict.
DesideratumResult finish(const Scoring& scoring) { return scoring.results(kNoNoise).front(); }
// The other condition, which must be there.
DesideratumResult in_context(const Scoring& scoring) { return scoring.results(kNoNoise).at(1); }

Measured one_sample(double self_influence) {
  return Measured("digits", "digits", labels({1}), {self_influence});
}

// ---- Self scale ------------------------------------------------------------------------------

TEST(Scoring, TheSelfScaleIsTheMedianOverAllSeeds) {
  Scoring scoring = scoring_of({divided("effect")});
  add_seed(scoring, 0, {Measured("digits", "digits", labels({1, 2}), {1, 9})},
           {.effects = {{"effect", 6}}});
  add_seed(scoring, 1, {Measured("digits", "digits", labels({3}), {3})},
           {.effects = {{"effect", -3}}});
  const DesideratumResult result = finish(scoring);
  EXPECT_EQ(result.error, "");
  ASSERT_THAT(result.self_scales, SizeIs(1));
  EXPECT_EQ(result.self_scales[0].domain, "digits");
  EXPECT_EQ(result.self_scales[0].value, 3);  // of 1, 9 and 3, not of the medians of the seeds
  EXPECT_THAT(result.expectations[0].per_seed, ElementsAre(2, -1));
  EXPECT_THAT(result.seeds, ElementsAre(0, 1));
}

TEST(Scoring, ASampleOfTwoRequestsCountsOnceASeed) {
  Scoring scoring = scoring_of({divided("effect")});
  const Measured first("first", "digits", labels({1, 2}), {1, 3});
  const Measured again("again", "digits", {labelled("one", 1), labelled("three", 3)}, {1, 5});
  add_seed(scoring, 0, {first, again}, {.effects = {{"effect", 3}}});
  // Median of 1, 3 and 5; with the 1 counted twice it would be 2.
  EXPECT_EQ(finish(scoring).self_scales.at(0).value, 3);
}

TEST(Scoring, TheSameSampleOfAnotherSeedCountsAgain) {
  Scoring scoring = scoring_of({divided("effect")});
  for (const double self_influence : {1.0, 1.0, 5.0}) {
    add_seed(scoring, 0, {one_sample(self_influence)}, {.effects = {{"effect", 3}}});
  }
  EXPECT_EQ(finish(scoring).self_scales.at(0).value, 1);
}

TEST(Scoring, EachDomainHasItsOwnScale) {
  Scoring scoring = scoring_of({divided("one", "first"), divided("two", "second")});
  add_seed(scoring, 0,
           {Measured("a", "first", labels({1}), {2}), Measured("b", "second", labels({1}), {4})},
           {.effects = {{"one", 8}, {"two", 8}}});
  const DesideratumResult result = finish(scoring);
  EXPECT_THAT(result.expectations[0].per_seed, ElementsAre(4));
  EXPECT_THAT(result.expectations[1].per_seed, ElementsAre(2));
}

TEST(Scoring, AnEffectWithoutADomainIsNotDivided) {
  Scoring scoring = scoring_of({divided("share", "")});
  add_seed(scoring, 0, {one_sample(5)}, {.effects = {{"share", 0.75}}});
  EXPECT_THAT(finish(scoring).expectations[0].per_seed, ElementsAre(0.75));
}

TEST(Scoring, ASelfInfluenceThatIsMissingIsLeftOut) {
  Scoring scoring = scoring_of({divided("effect")});
  add_seed(scoring, 0, {Measured("digits", "digits", labels({1, 2}), {Matrix::kUnmeasured, 4})},
           {.effects = {{"effect", 8}}});
  EXPECT_THAT(finish(scoring).expectations[0].per_seed, ElementsAre(2));
}

TEST(Scoring, ASelfScaleThatIsNotPositiveIsAnError) {
  for (const double self_influence : {0.0, -1.0}) {
    Scoring scoring = scoring_of({divided("effect")});
    add_seed(scoring, 0, {one_sample(self_influence)}, {.effects = {{"effect", 1}}});
    const DesideratumResult result = finish(scoring);
    EXPECT_THAT(result.error, HasSubstr("digits: the samples do not learn themselves"));
    EXPECT_EQ(result.verdict, Verdict::kNotMeasured);
    EXPECT_TRUE(std::isnan(result.expectations[0].per_seed[0]));
  }
}

TEST(Scoring, ASelfScaleThatIsNotTenNoiseFloorsIsAnError) {
  Scoring scoring = scoring_of({divided("effect")});
  add_seed(scoring, 0, {one_sample(0.5)}, {.effects = {{"effect", 1}}});
  add_seed(scoring, 0, {one_sample(0.5)}, {.effects = {{"effect", 1}}}, Condition::kInContext);
  const std::vector<DesideratumResult> enough =
      scoring.results({.by_fine_tuning = 0.05, .in_context = 0.05});
  EXPECT_EQ(enough[0].error, "");
  EXPECT_EQ(enough[1].error, "");
  const std::vector<DesideratumResult> less =
      scoring.results({.by_fine_tuning = 0.0625, .in_context = 0.0625});
  EXPECT_EQ(less[0].error,
            "digits: training on a sample does 0.5 for the sample itself, which is not 10 times "
            "the noise floor 0.0625, so that effects in this unit would be rounding; choose a "
            "higher --lr, or --lr auto");
  EXPECT_EQ(less[1].error,
            "digits: reading a sample does 0.5 for the sample itself, which is not 10 times the "
            "noise floor 0.0625, so that effects in this unit would be rounding");
  for (const DesideratumResult& result : less) {
    EXPECT_EQ(result.verdict, Verdict::kNotMeasured);
    EXPECT_THAT(result.expectations[0].outcome.reason, HasSubstr("would be rounding"));
  }
}

// A median of all that is above 0 by chance is no unit.
TEST(Scoring, ASelfScaleThatManySeedsLackIsAnError) {
  const auto result_of = [](int without) {
    Scoring scoring = scoring_of({divided("effect")});
    for (int seed = 0; seed < 10; ++seed) {
      add_seed(scoring, static_cast<uint64_t>(seed), {one_sample(seed < without ? -0.01 : 0.02)},
               {.effects = {{"effect", 1}}});
    }
    return finish(scoring);
  };
  EXPECT_EQ(result_of(2).error, "");
  EXPECT_EQ(result_of(3).error,
            "digits: in 3 of 10 seeds training on a sample does nothing for the sample itself (a "
            "median of 0 or below), so that effects have no unit");
}

TEST(Scoring, TheMeanInNatsIsThatOfWhatIsNotDivided) {
  Scoring scoring = scoring_of({divided("effect"), divided("share", "")});
  add_seed(scoring, 0, {one_sample(4)}, {.effects = {{"effect", 1}, {"share", 1}}});
  add_seed(scoring, 1, {one_sample(4)}, {.effects = {{"effect", 2}, {"share", 1}}});
  const DesideratumResult result = finish(scoring);
  EXPECT_EQ(result.expectations[0].nats, 1.5);
  EXPECT_TRUE(std::isnan(result.expectations[1].nats));
}

TEST(Scoring, ADomainWithoutAnySelfInfluenceIsAnError) {
  Scoring scoring = scoring_of({divided("effect")});
  add_seed(scoring, 0, {one_sample(Matrix::kUnmeasured)}, {.effects = {{"effect", 1}}});
  EXPECT_THAT(finish(scoring).error,
              HasSubstr("digits: no influence of a sample on itself could be measured"));
}

TEST(Scoring, ADomainThatNoRequestIsOfIsAnError) {
  Scoring scoring = scoring_of({divided("effect", "letters")});
  add_seed(scoring, 0, {one_sample(1)}, {.effects = {{"effect", 1}}});
  EXPECT_THAT(finish(scoring).error,
              HasSubstr("letters: no influence of a sample on itself could be measured"));
}

TEST(Scoring, AScaleThatNothingIsDividedByMayBeMissing) {
  Scoring scoring = scoring_of({divided("share", "")});
  add_seed(scoring, 0, {one_sample(-1)}, {.effects = {{"share", 1}}});
  const DesideratumResult result = finish(scoring);
  EXPECT_EQ(result.error, "");
  EXPECT_THAT(result.self_scales, IsEmpty());
}

TEST(Scoring, DistancesJoinNoSelfScale) {
  Scoring scoring = scoring_of({divided("effect")});
  Measured distances("distances", "digits", labels({7, 8, 9}), {0, 0, 0});
  distances.request.cells = Cells::kDistance;
  add_seed(scoring, 0, {one_sample(2), distances}, {.effects = {{"effect", 6}}});
  EXPECT_EQ(finish(scoring).self_scales.at(0).value, 2);
}

// ---- Gains in context ------------------------------------------------------------------------

class Gains : public testing::Test {
 protected:
  static Expectation gain(const std::string& id) {
    Expectation expectation = divided(id);
    expectation.gain_in_context = true;
    return expectation;
  }

  static void add(Scoring& scoring, uint64_t seed, Condition condition, double self_influence,
                  const std::map<std::string, double>& effects) {
    const Measured measured = one_sample(self_influence);
    scoring.add(seed, {hashed(measured.request)}, {{"digits", measured.matrix}},
                {.effects = effects}, condition);
  }

  static std::map<std::string, std::vector<double>> observed(const DesideratumResult& result) {
    std::map<std::string, std::vector<double>> observations;
    for (const ObservationResult& one : result.observations) {
      observations[one.observation.id] = one.per_seed;
    }
    return observations;
  }
};

TEST_F(Gains, AreDifferencesInUnitsOfEachConditionsOwnScale) {
  Scoring scoring = scoring_of({gain("effect")});
  for (uint64_t seed = 0; seed < 2; ++seed) {
    add(scoring, seed, Condition::kFineTuning, 2, {{"effect", 1}});
    add(scoring, seed, Condition::kInContext, 8, {{"effect", seed == 0 ? 6 : 2}});
  }
  const DesideratumResult result = finish(scoring);
  EXPECT_EQ(result.error, "");
  EXPECT_THAT(result.expectations[0].per_seed, ElementsAre(6.0 / 8 - 1.0 / 2, 2.0 / 8 - 1.0 / 2));
  EXPECT_EQ(result.self_scales.at(0).value, 2);
  EXPECT_THAT(in_context(scoring).expectations, IsEmpty());
  EXPECT_EQ(in_context(scoring).self_scales.at(0).value, 8);
}

TEST_F(Gains, AreJudgedAsOtherEffects) {
  Scoring scoring = scoring_of({gain("effect")});
  for (uint64_t seed = 0; seed < 10; ++seed) {
    add(scoring, seed, Condition::kFineTuning, 1, {{"effect", 0}});
    add(scoring, seed, Condition::kInContext, 1, {{"effect", 1}});
  }
  EXPECT_EQ(finish(scoring).verdict, Verdict::kHolds);
}

TEST_F(Gains, AreNotMeasuredAtADoseThatManySeedsDoNotReach) {
  const auto after_seeds = [](uint64_t seeds, uint64_t reached) {
    Scoring scoring = scoring_of({gain("effect")});
    for (uint64_t seed = 0; seed < seeds; ++seed) {
      add(scoring, seed, Condition::kFineTuning, 2, {{"effect", 0}});
      add(scoring, seed, Condition::kInContext, 8, {{"effect", 8}});
      scoring.add_learned({{"effect", {.passes = 3, .is_reached = seed < reached, .own = 1}}});
    }
    return finish(scoring);
  };
  const DesideratumResult reached = after_seeds(10, 10);
  EXPECT_EQ(reached.expectations[0].outcome.verdict, Verdict::kHolds);
  ASSERT_TRUE(reached.expectations[0].learned);
  EXPECT_EQ(reached.expectations[0].learned->own_per_seed[0], 8.0 / 8 - 1.0 / 2);
  EXPECT_EQ(after_seeds(10, 7).expectations[0].outcome.verdict, Verdict::kNotMeasured);
}

TEST_F(Gains, SharesCountEffectsThatAreLargeEnough) {
  Scoring scoring = scoring_of({gain("a"), gain("b"), gain("c"), gain("d")});
  // Rescued; held by both; lost in context; by neither, for 0.05 is too small.
  add(scoring, 0, Condition::kFineTuning, 1, {{"a", 0.05}, {"b", 1}, {"c", 1}, {"d", -1}});
  add(scoring, 0, Condition::kInContext, 1, {{"a", 0.5}, {"b", 1}, {"c", 0}, {"d", 0.05}});
  const auto observations = observed(finish(scoring));
  EXPECT_THAT(observations.at("share_by_fine_tuning"), ElementsAre(0.5));
  EXPECT_THAT(observations.at("share_in_context"), ElementsAre(0.5));
  EXPECT_THAT(observations.at("share_rescued"), ElementsAre(0.25));
}

TEST_F(Gains, AMissingEffectLeavesNoShare) {
  Scoring scoring = scoring_of({gain("a"), gain("b")});
  add(scoring, 0, Condition::kFineTuning, 1, {{"a", 1}});
  add(scoring, 0, Condition::kInContext, 1, {{"a", 1}, {"b", 1}});
  const DesideratumResult result = finish(scoring);
  EXPECT_TRUE(std::isnan(observed(result).at("share_rescued").at(0)));
  EXPECT_EQ(result.expectations[1].outcome.verdict, Verdict::kNotMeasured);
}

TEST_F(Gains, StandBesideExpectationsOfEachCondition) {
  Scoring scoring = scoring_of({gain("gain"), divided("effect")});
  add(scoring, 0, Condition::kFineTuning, 1, {{"gain", 1}, {"effect", 2}});
  add(scoring, 0, Condition::kInContext, 1, {{"gain", 4}, {"effect", 3}});
  const DesideratumResult result = finish(scoring);
  EXPECT_THAT(result.expectations[0].per_seed, ElementsAre(3));
  EXPECT_THAT(result.expectations[1].per_seed, ElementsAre(2));
  const DesideratumResult read = in_context(scoring);
  EXPECT_EQ(read.key.condition, Condition::kInContext);
  ASSERT_THAT(read.expectations, SizeIs(1));
  EXPECT_EQ(read.expectations[0].expectation.id, "effect");
  EXPECT_THAT(read.expectations[0].per_seed, ElementsAre(3));
  EXPECT_EQ(read.expectations[0].outcome.mean, 3);
}

TEST_F(Gains, NeedBothConditions) {
  Scoring scoring = scoring_of({gain("effect")});
  add(scoring, 0, Condition::kFineTuning, 1, {{"effect", 1}});
  const DesideratumResult result = finish(scoring);
  EXPECT_EQ(result.error, "it compares fine-tuning with reading, and nothing was read");
  EXPECT_EQ(result.verdict, Verdict::kNotMeasured);
}

TEST_F(Gains, NeedASelfScaleInContextToo) {
  Scoring scoring = scoring_of({gain("effect")});
  add(scoring, 0, Condition::kFineTuning, 1, {{"effect", 1}});
  add(scoring, 0, Condition::kInContext, -1, {{"effect", 1}});
  const DesideratumResult result = finish(scoring);
  EXPECT_EQ(result.error,
            "in context, digits: reading a sample does not make it likelier: the median of 1 "
            "influences of a sample on itself is -1, and must be above 0 to be the unit of all "
            "effects");
  EXPECT_EQ(result.verdict, Verdict::kNotMeasured);
}

// ---- Verdict ---------------------------------------------------------------------------------

// Ten seeds that agree: enough for a p below 0.05 with either sign.
DesideratumResult after_ten_seeds(std::vector<Expectation> expectations, const Scores& scores) {
  Scoring scoring = scoring_of(std::move(expectations));
  for (uint64_t seed = 0; seed < 10; ++seed) add_seed(scoring, seed, {one_sample(1)}, scores);
  return finish(scoring);
}

TEST(Scoring, AnExpectationIsJudged) {
  const DesideratumResult result =
      after_ten_seeds({divided("effect")}, {.effects = {{"effect", 1}}});
  EXPECT_EQ(result.verdict, Verdict::kHolds);
  EXPECT_EQ(result.expectations[0].outcome.verdict, Verdict::kHolds);
  EXPECT_EQ(result.expectations[0].outcome.mean, 1);
}

TEST(Scoring, ASecondaryExpectationDoesNotDecide) {
  Expectation secondary = divided("secondary");
  secondary.primary = false;
  const DesideratumResult result = after_ten_seeds(
      {divided("primary"), secondary}, {.effects = {{"primary", 1}, {"secondary", -1}}});
  EXPECT_EQ(result.expectations[1].outcome.verdict, Verdict::kViolated);
  EXPECT_EQ(result.verdict, Verdict::kHolds);
}

TEST(Scoring, AScoreThatIsMissingIsNotMeasured) {
  const DesideratumResult result = after_ten_seeds({divided("effect")}, {});
  EXPECT_EQ(result.verdict, Verdict::kNotMeasured);
  EXPECT_EQ(result.expectations[0].outcome.verdict, Verdict::kNotMeasured);
  EXPECT_EQ(result.expectations[0].outcome.reason, "10 of 10 seeds could not be measured");
}

TEST(Scoring, OneSeedWithoutItsScoreIsEnoughNotToBeMeasured) {
  Scoring scoring = scoring_of({divided("effect")});
  add_seed(scoring, 0, {one_sample(1)}, {.effects = {{"effect", 1}}});
  add_seed(scoring, 1, {one_sample(1)}, {.effects = {{"efect", 1}}});
  const DesideratumResult result = finish(scoring);
  EXPECT_EQ(result.expectations[0].outcome.verdict, Verdict::kNotMeasured);
  EXPECT_EQ(result.expectations[0].outcome.reason, "1 of 2 seeds could not be measured");
}

TEST(Scoring, ObservationsAreKeptAsTheyAre) {
  Scoring scoring = scoring_of({divided("effect")}, {{.id = "number", .unit = "nats"}});
  add_seed(scoring, 0, {one_sample(2)},
           {.effects = {{"effect", 1}}, .observations = {{"number", 7}}});
  add_seed(scoring, 1, {one_sample(2)}, {.effects = {{"effect", 1}}});
  const DesideratumResult result = finish(scoring);
  ASSERT_THAT(result.observations, SizeIs(1));
  EXPECT_EQ(result.observations[0].per_seed[0], 7);
  EXPECT_TRUE(std::isnan(result.observations[0].per_seed[1]));
}

TEST(Scoring, WhatIsOnlyForAnotherModalityIsLeftOut) {
  Expectation of_texts = divided("of_texts"), of_images = divided("of_images");
  of_texts.only_for = Modality::kText;
  of_images.only_for = Modality::kImage;
  const std::vector<Observation> observations = {{.id = "text_number", .only_for = Modality::kText},
                                                 {.id = "any_number"}};
  const DesideratumResult result =
      scoring_of({of_texts, of_images, divided("of_any")}, observations).results(kNoNoise).front();
  ASSERT_THAT(result.expectations, SizeIs(2));
  EXPECT_EQ(result.expectations[0].expectation.id, "of_images");
  EXPECT_EQ(result.expectations[1].expectation.id, "of_any");
  ASSERT_THAT(result.observations, SizeIs(1));
  EXPECT_EQ(result.observations[0].observation.id, "any_number");
}

// ---- Failure ---------------------------------------------------------------------------------

TEST(Scoring, WhatAnExpectationStatesOfDosesIsAboutTexts) {
  Expectation expectation = divided("effect");
  expectation.deciding_dose = "0.9";
  expectation.second_dose = "plateau";
  for (const Modality modality : {Modality::kText, Modality::kImage}) {
    const Scoring scoring = scoring_of({expectation}, {}, modality);
    const std::vector<DesideratumResult> results = scoring.results({});
    ASSERT_THAT(results, SizeIs(1));
    const Expectation& of_result = results[0].expectations[0].expectation;
    const bool is_text = modality == Modality::kText;
    EXPECT_EQ(of_result.deciding_dose, is_text ? "0.9" : "plateau");
    EXPECT_EQ(of_result.second_dose, is_text ? "plateau" : "");
  }
}

TEST(Scoring, AFailureIsTheResultWhateverWasMeasuredBefore) {
  Scoring scoring = scoring_of({divided("effect")});
  EXPECT_FALSE(scoring.failed());
  add_seed(scoring, 0, {one_sample(1)}, {.effects = {{"effect", 1}}});
  scoring.fail("fake, plan of seed 1: no words left");
  EXPECT_TRUE(scoring.failed());
  const DesideratumResult result = finish(scoring);
  EXPECT_EQ(result.error, "fake, plan of seed 1: no words left");
  EXPECT_EQ(result.verdict, Verdict::kNotMeasured);
  EXPECT_EQ(result.key.model, "cnn");
  EXPECT_EQ(result.key.desideratum, "fake");
}

TEST(Scoring, NoSeedIsAnError) {
  const DesideratumResult result = finish(scoring_of({divided("effect")}));
  EXPECT_EQ(result.error, "no seed was measured");
  EXPECT_EQ(result.verdict, Verdict::kNotMeasured);
}

}  // namespace
}  // namespace eif
