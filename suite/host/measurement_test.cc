#include "suite/host/measurement.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "suite/formats/test_files.h"
#include "suite/host/fakes_for_test.h"

namespace eif {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsNan;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

Sample image_sample(int height, int width, int label, std::vector<float> pixels) {
  return {"image", {LabelledImage{{height, width, std::move(pixels)}, label}}};
}

// ---- Content ---------------------------------------------------------------------------------

TEST(ContentHash, TheIdIsNoContent) {
  EXPECT_EQ(content_hash({"one", {"a b"}}), content_hash({"two", {"a b"}}));
}

TEST(ContentHash, TwoStatementsAreNotTheirConcatenation) {
  EXPECT_NE(content_hash({"s", {"a", "b"}}), content_hash({"s", {"ab"}}));
  EXPECT_NE(content_hash({"s", {"a", "bc"}}), content_hash({"s", {"ab", "c"}}));
  EXPECT_NE(content_hash({"s", {"a", "b"}}), content_hash({"s", {"b", "a"}}));
}

TEST(ContentHash, EveryPartOfAnImageCounts) {
  const std::string hash = content_hash(image_sample(1, 2, 3, {0, 1}));
  EXPECT_EQ(hash, content_hash(image_sample(1, 2, 3, {0, 1})));
  EXPECT_NE(hash, content_hash(image_sample(2, 1, 3, {0, 1})));
  EXPECT_NE(hash, content_hash(image_sample(1, 2, 4, {0, 1})));
  EXPECT_NE(hash, content_hash(image_sample(1, 2, 3, {0, 0.5f})));
}

TEST(ContentHash, ATextIsNoImage) {
  EXPECT_NE(content_hash({"s", {"image 0 0 0"}}), content_hash(image_sample(0, 0, 0, {})));
}

TEST(Hashed, HasTheContentOfEachSampleBesideIt) {
  const HashedRequest request = hashed({"r", "d", labels({1, 2}), labels({2, 3, 1})});
  EXPECT_EQ(request.request.name, "r");
  EXPECT_THAT(request.trained,
              ElementsAre(content_hash(labelled("x", 1)), content_hash(labelled("y", 2))));
  EXPECT_THAT(request.evaluated,
              ElementsAre(request.trained[1], content_hash(labelled("z", 3)), request.trained[0]));
}

TEST(WantedCellsOf, ARequestAreItsRowsByTheirColumns) {
  Request request{"r", "d", labels({1, 2, 3, 4}), labels({1, 2})};
  request.only = std::set<Cell>{{"1", "2"}, {"2", "1"}, {"2", "2"}, {"4", "2"}};
  Measurement measurement;
  ASSERT_TRUE(measurement.add(hashed(request)).ok());
  const WantedCells wanted = measurement.wanted_cells();
  EXPECT_THAT(ids_of(wanted.trained), UnorderedElementsAre("1", "2", "4"));  // of 3 nothing is asked
  std::map<std::string, std::vector<std::string>> columns;  // by row
  for (const CellBlock& block : wanted.blocks) {
    for (const size_t row : block.rows) {
      columns[wanted.trained[row].id] = ids_of(wanted.evaluated_in(block));
    }
  }
  EXPECT_EQ(wanted.blocks.size(), 2u);
  EXPECT_THAT(columns, UnorderedElementsAre(Pair("1", ElementsAre("2")), Pair("4", ElementsAre("2")),
                                            Pair("2", UnorderedElementsAre("1", "2"))));
}

// ---- Measuring -------------------------------------------------------------------------------

class MeasurementTest : public testing::Test {
 protected:
  absl::Status run() {
    return measurement_.run([&](const WantedCells& wanted) {
      return engine_.measure(model_, wanted, {}, unwatched());
    });
  }

  Measurement measurement_;
  FakeEngine engine_;
  FakeModel model_{"fake"};
};

TEST_F(MeasurementTest, AnswersTheMatrixOfARequest) {
  const HashedRequest request = hashed({"r", "d", labels({1, 2}), labels({2, 3})});
  ASSERT_EQ(measurement_.add(request), absl::OkStatus());
  ASSERT_EQ(run(), absl::OkStatus());
  const Matrix matrix = measurement_.answer(request);
  EXPECT_THAT(matrix.trained_ids(), ElementsAre("1", "2"));
  EXPECT_THAT(matrix.evaluated_ids(), ElementsAre("2", "3"));
  EXPECT_THAT(matrix.values(), ElementsAre(102, 103, 202, 203));
  EXPECT_THAT(matrix.base(), ElementsAre(2, 3));
}

TEST_F(MeasurementTest, KnowsTheBaseLossesOfWhatWasEvaluated) {
  ASSERT_EQ(measurement_.add(hashed({"r", "d", labels({1}), labels({2, 3})})), absl::OkStatus());
  ASSERT_EQ(run(), absl::OkStatus());
  EXPECT_THAT(measurement_.base_losses(labels({3, 2})), ElementsAre(3, 2));
}

TEST_F(MeasurementTest, EveryCellOfOverlappingRequestsIsMeasuredOnce) {
  const std::vector<HashedRequest> requests = {
      hashed({"all", "d", labels({1, 2}), labels({1, 2})}),
      hashed({"again", "d", labels({2, 1}), labels({2, 1})}),
      hashed({"part", "d", labels({1}), labels({2})}),
      hashed({"wider", "d", labels({2, 3}), labels({1, 4})})};
  for (const HashedRequest& request : requests)
    ASSERT_EQ(measurement_.add(request), absl::OkStatus());
  EXPECT_EQ(measurement_.rows_to_measure(), 3u);
  ASSERT_EQ(run(), absl::OkStatus());
  EXPECT_THAT(engine_.measured,
              UnorderedElementsAre(Pair(Pair(1, 1), 1), Pair(Pair(1, 2), 1), Pair(Pair(2, 1), 1),
                                   Pair(Pair(2, 2), 1), Pair(Pair(2, 4), 1), Pair(Pair(3, 1), 1),
                                   Pair(Pair(3, 4), 1)));
  EXPECT_THAT(measurement_.answer(requests[0]).values(), ElementsAre(101, 102, 201, 202));
  EXPECT_THAT(measurement_.answer(requests[1]).values(), ElementsAre(202, 201, 102, 101));
  EXPECT_THAT(measurement_.answer(requests[2]).values(), ElementsAre(102));
  EXPECT_THAT(measurement_.answer(requests[3]).values(), ElementsAre(201, 204, 301, 304));
}

TEST_F(MeasurementTest, EqualSamplesUnderDifferentIdsShareARow) {
  const HashedRequest first = hashed({"first", "d", {labelled("one", 1)}, {labelled("two", 1)}});
  const HashedRequest second =
      hashed({"second", "d", {labelled("three", 1)}, {labelled("four", 1)}});
  ASSERT_EQ(measurement_.add(first), absl::OkStatus());
  ASSERT_EQ(measurement_.add(second), absl::OkStatus());
  EXPECT_EQ(measurement_.rows_to_measure(), 1u);
  ASSERT_EQ(run(), absl::OkStatus());
  EXPECT_THAT(engine_.measured, UnorderedElementsAre(Pair(Pair(1, 1), 1)));
  EXPECT_EQ(measurement_.answer(first).at("one", "two"), 101);
  EXPECT_EQ(measurement_.answer(second).at("three", "four"), 101);
}

TEST_F(MeasurementTest, EqualSamplesOfOneRequestEachHaveTheirRow) {
  const HashedRequest request =
      hashed({"r", "d", {labelled("one", 1), labelled("two", 1)}, labels({2})});
  ASSERT_EQ(measurement_.add(request), absl::OkStatus());
  ASSERT_EQ(run(), absl::OkStatus());
  EXPECT_EQ(measurement_.answer(request).at("one", "2"), 102);
  EXPECT_EQ(measurement_.answer(request).at("two", "2"), 102);
}

TEST_F(MeasurementTest, RowsOfEqualColumnsAreOneBlock) {
  ASSERT_EQ(measurement_.add(hashed({"r", "d", labels({1, 2, 3}), labels({4})})), absl::OkStatus());
  ASSERT_EQ(measurement_.add(hashed({"s", "d", labels({5}), labels({4, 6})})), absl::OkStatus());
  std::vector<size_t> rows;
  ASSERT_EQ(measurement_.run([&](const WantedCells& wanted) {
    for (const CellBlock& block : wanted.blocks) rows.push_back(block.rows.size());
    return engine_.measure(model_, wanted, {}, unwatched());
  }),
            absl::OkStatus());
  EXPECT_THAT(rows, UnorderedElementsAre(3, 1));
}

TEST_F(MeasurementTest, OnlyTheCellsThatAreAskedForAreMeasured) {
  Request request{"r", "d", labels({1, 2, 3}), labels({1, 2, 4})};
  request.only = {{"1", "1"}, {"2", "1"}, {"2", "2"}};
  const HashedRequest some = hashed(request);
  const HashedRequest more = hashed({"s", "d", labels({1}), labels({2})});
  ASSERT_EQ(measurement_.add(some), absl::OkStatus());
  ASSERT_EQ(measurement_.add(more), absl::OkStatus());
  EXPECT_EQ(measurement_.rows_to_measure(), 2u);
  ASSERT_EQ(run(), absl::OkStatus());
  EXPECT_THAT(engine_.measured, UnorderedElementsAre(Pair(Pair(1, 1), 1), Pair(Pair(1, 2), 1),
                                                     Pair(Pair(2, 1), 1), Pair(Pair(2, 2), 1)));
  // What another request asked for is not its business.
  EXPECT_THAT(measurement_.answer(some).values(),
              ElementsAre(101, IsNan(), IsNan(), 201, 202, IsNan(), IsNan(), IsNan(), IsNan()));
  EXPECT_THAT(measurement_.answer(some).base(), ElementsAre(1, 2, IsNan()));
  EXPECT_THAT(measurement_.answer(some).row_errors(), Each(""));
  EXPECT_THAT(measurement_.answer(some).column_errors(), Each(""));
}

TEST_F(MeasurementTest, ACellThatIsAskedForMustBeThere) {
  Request request{"pairs", "d", labels({1}), labels({2})};
  request.only = {Cell{"1", "3"}};
  EXPECT_EQ(measurement_.add(hashed(request)),
            absl::InvalidArgumentError("the request pairs asks for cells of the column 3, which it "
                                       "does not have"));
  request.only = {Cell{"2", "2"}};
  EXPECT_EQ(measurement_.add(hashed(request)),
            absl::InvalidArgumentError("the request pairs asks for cells of the row 2, which it "
                                       "does not have"));
}

TEST_F(MeasurementTest, WhyARowOrColumnIsMissingIsCarriedOver) {
  const HashedRequest request = hashed({"r", "d", labels({1, -1}), labels({2, -2})});
  ASSERT_EQ(measurement_.add(request), absl::OkStatus());
  ASSERT_EQ(run(), absl::OkStatus());
  const Matrix matrix = measurement_.answer(request);
  EXPECT_THAT(matrix.row_errors(), ElementsAre("", "cannot train on -1"));
  EXPECT_THAT(matrix.column_errors(), ElementsAre("", "cannot evaluate -2"));
  EXPECT_EQ(matrix.at("1", "2"), 102);
  EXPECT_TRUE(std::isnan(matrix.at("1", "-2")));
  EXPECT_TRUE(std::isnan(matrix.at("-1", "2")));
  EXPECT_TRUE(std::isnan(matrix.base()[1]));
}

TEST_F(MeasurementTest, TwoRowsWithOneIdAreRefused) {
  const HashedRequest request =
      hashed({"pairs", "d", {labelled("same", 1), labelled("same", 2)}, labels({3})});
  EXPECT_EQ(measurement_.add(request),
            absl::InvalidArgumentError("the request pairs has two samples with the id same among "
                                       "its rows or columns; ids are distinct"));
}

TEST_F(MeasurementTest, TwoColumnsWithOneIdAreRefused) {
  const HashedRequest request =
      hashed({"pairs", "d", labels({3}), {labelled("same", 1), labelled("same", 2)}});
  EXPECT_EQ(measurement_.add(request).code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(MeasurementTest, ARowAndAColumnMayShareAnId) {
  EXPECT_EQ(measurement_.add(hashed({"r", "d", labels({1}), labels({1})})), absl::OkStatus());
}

TEST_F(MeasurementTest, AnErrorEndsTheRun) {
  engine_.before = [] { return absl::InternalError("the weights were not restored"); };
  ASSERT_EQ(measurement_.add(hashed({"r", "d", labels({1}), labels({1})})), absl::OkStatus());
  EXPECT_EQ(run(), absl::InternalError("the weights were not restored"));
}

}  // namespace
}  // namespace eif
