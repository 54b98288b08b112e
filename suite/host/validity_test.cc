#include "suite/host/validity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "absl/strings/str_cat.h"
#include "suite/engine/test_models.h"
#include "suite/host/fakes_for_test.h"

namespace eif {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::IsNan;
using ::testing::SizeIs;

Request request_of(const std::string& name, std::vector<Sample> samples,
                   Cells cells = Cells::kInfluence) {
  return {name, "digits", samples, samples, cells};
}

// EIF(i→j) = 10 i + j of samples whose id is their label.
Matrix matrix_of(const Request& request) {
  Matrix matrix(ids_of(request.trained), ids_of(request.evaluated));
  for (size_t i = 0; i < matrix.rows(); ++i) {
    for (size_t j = 0; j < matrix.columns(); ++j) {
      matrix.at(i, j) = 10 * label_of(request.trained[i]) + label_of(request.evaluated[j]);
    }
  }
  return matrix;
}

// ---- The model -------------------------------------------------------------------------------

TEST(StatementsToCheck, AreFromAllOverTheRequests) {
  std::vector<int> many;
  for (int label = 0; label < 30; ++label) many.push_back(label);
  const std::vector<Sample> chosen = statements_to_check(
      {request_of("apart", labels({99}), Cells::kDistance), request_of("digits", labels(many))});
  std::vector<int> found;
  for (const Sample& sample : chosen) found.push_back(label_of(sample));
  EXPECT_THAT(found, ElementsAre(0, 4, 8, 12, 16, 20, 24, 28));
}

TEST(StatementsToCheck, AreOneToASample) {
  Sample both = labelled("both", 1);
  both.statements.push_back(labelled("2", 2).statements[0]);
  const std::vector<Sample> chosen = statements_to_check({request_of("digits", {both})});
  ASSERT_THAT(chosen, SizeIs(2));
  EXPECT_THAT(chosen[1].statements, SizeIs(1));
  EXPECT_EQ(label_of(chosen[1]), 2);
}

TEST(CheckModel, GivesItsNoiseAndItsCurvature) {
  LinearClassifier model(1);
  std::vector<Sample> statements = random_images(4, 2);
  statements.push_back({"text", {"left out"}});
  const ModelChecks checks = check_model(model, statements, {.learning_rate = 0.5});
  EXPECT_EQ(checks.noise_floor_error, "");
  EXPECT_EQ(checks.curvature_error, "");
  EXPECT_LT(checks.noise_floor, 1e-13);  // float64
  EXPECT_GT(checks.curvature, 0.01);     // a large rate
}

TEST(CheckModel, WhatCannotBeCheckedHasItsReason) {
  FakeModel model("fake");
  const ModelChecks checks = check_model(model, labels({1, 2}), {.learning_rate = 0.5});
  EXPECT_THAT(checks.noise_floor, IsNan());
  EXPECT_THAT(checks.curvature, IsNan());
  EXPECT_EQ(checks.noise_floor_error, "the fake engine asks for no loss");
  EXPECT_EQ(checks.curvature_error, "the fake engine asks for no loss");
}

TEST(SetNoiseFloors, AreInTheUnitOfEachEffect) {
  DesideratumResult result;
  result.self_scales = {{"a", 0.5}, {"b", 0.25}};
  result.expectations = {{{.id = "of a", .self_scale = "a"}, {}, {.mean = 0.015}},
                         {{.id = "of b", .self_scale = "b"}, {}, {.mean = -0.05}},
                         {{.id = "a share"}, {}, {.mean = 0}},
                         {{.id = "a gain", .self_scale = "a", .gain_in_context = true}, {}, {}}};
  set_noise_floors(0.01, result);
  EXPECT_EQ(result.expectations[0].noise_floor, 0.02);
  EXPECT_EQ(result.expectations[1].noise_floor, 0.04);
  EXPECT_THAT(result.expectations[2].noise_floor, IsNan());
  EXPECT_THAT(result.expectations[3].noise_floor, IsNan());
  EXPECT_TRUE(is_below_noise_floor(result.expectations[0]));
  EXPECT_FALSE(is_below_noise_floor(result.expectations[1]));
  EXPECT_FALSE(is_below_noise_floor(result.expectations[2]));
}

// ---- The matrices ----------------------------------------------------------------------------

TEST(SelfInfluences, AreFoundByWhatASampleSays) {
  Request request = request_of("digits", labels({1, 2}));
  request.evaluated = {labelled("two", 2), labelled("three", 3)};
  EXPECT_THAT(self_influences(hashed(request), matrix_of(request)), ElementsAre(IsNan(), 22));
}

TEST(SelfInfluences, AreFoundWherePromptsAreReadOnOneSideOnly) {
  const Sample prompted{"a", {PromptedText{"A is older than ", "B."}}}, other{"b", {"B is red."}};
  const Sample whole{"a", {"A is older than B."}};
  Matrix matrix({"a", "b"}, {"b", "a"});
  for (size_t i = 0; i < 4; ++i) matrix.at(i / 2, i % 2) = static_cast<double>(i);
  for (const auto& [trained, evaluated] : {std::pair(prompted, whole), std::pair(whole, prompted)}) {
    const Request request{"r", "words", {trained, other}, {other, evaluated}};
    EXPECT_THAT(self_influences(hashed(request), matrix), ElementsAre(1, 2));
  }
}

TEST(FlagRows, NamesSeedRequestAndRow) {
  const Request digits = request_of("digits", labels({1, 2}));
  const Request apart = request_of("apart", labels({0}), Cells::kDistance);
  Answers answers = {{"digits", matrix_of(digits)}, {"apart", matrix_of(apart)}};
  answers["digits"].at(1, 1) = -1;
  const std::vector<FlaggedRow> flagged = flag_rows(3, {hashed(apart), hashed(digits)}, answers);
  ASSERT_THAT(flagged, SizeIs(1));
  EXPECT_EQ(flagged[0].seed, 3u);
  EXPECT_EQ(flagged[0].request, "digits");
  EXPECT_EQ(flagged[0].flag.row, "2");
  EXPECT_EQ(flagged[0].flag.issue, RowIssue::kDoesNotTeachItself);
  EXPECT_EQ(flagged[0].flag.value, -1);
}

TEST(CellsBySeed, AreThoseBetweenDifferentSamplesOfTheFirstSeed) {
  CellsBySeed cells;
  const Request first = request_of("digits", labels({1, 2, 3}));
  const Request apart = request_of("apart", labels({0, 1}), Cells::kDistance);
  cells.add({hashed(first), hashed(apart)},
            {{"digits", matrix_of(first)}, {"apart", matrix_of(apart)}});
  const Request second = request_of("digits", labels({2, 4, 1}));
  cells.add({hashed(second)}, {{"digits", matrix_of(second)}});
  EXPECT_THAT(cells.per_seed(),
              ElementsAre(ElementsAre(12, 13, 21, 23, 31, 32),
                          ElementsAre(12, IsNan(), 21, IsNan(), IsNan(), IsNan())));
}

TEST(CellsBySeed, WhatWasNotAskedForIsNotAmongThem) {
  Request request = request_of("digits", labels({1, 2, 3}));
  request.only = {{"1", "1"}, {"1", "2"}, {"3", "1"}};
  CellsBySeed cells;
  cells.add({hashed(request)}, {{"digits", matrix_of(request)}});
  EXPECT_THAT(cells.per_seed(), ElementsAre(ElementsAre(12, 31)));
}

TEST(CellsBySeed, OfManyAreSomeFromAllOver) {
  std::vector<int> many;
  for (int label = 0; label < 150; ++label) many.push_back(label);
  CellsBySeed cells;
  const Request request = request_of("digits", labels(many));
  cells.add({hashed(request)}, {{"digits", matrix_of(request)}});
  const std::vector<double>& kept = cells.per_seed().at(0);
  EXPECT_EQ(kept.size(), 150u * 149 / 3);  // every third: half of them would be too many
  EXPECT_EQ(kept.front(), 1);              // 0→1
  EXPECT_GT(kept.back(), 1490);            // of the last row
}

}  // namespace
}  // namespace eif
