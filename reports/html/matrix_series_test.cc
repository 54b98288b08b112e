#include "reports/html/matrix_series.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "reports/html/run_for_test.h"
#include "suite/core/example_run_for_test.h"

namespace eif {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

MatrixKey key_of(uint64_t seed, Condition condition = Condition::kFineTuning,
                 const std::string& request = "words") {
  return {"phi3", "sparsity", seed, condition, request};
}

class MatrixSeriesTest : public ::testing::Test {
 protected:
  std::vector<MatrixSeries> read(const DesideratumResult& result) {
    return matrix_series(run_, matrices_, result);
  }

  RunResult run_ = example_run();
  MatricesForTest matrices_;
};

TEST_F(MatrixSeriesTest, ARequestHasItsSeedsInOrder) {
  matrices_.add(run_, key_of(1), 4);
  matrices_.add(run_, key_of(0), 2);
  matrices_.add(run_, key_of(0, Condition::kFineTuning, "others"), 2);
  matrices_.add(run_, key_of(0, Condition::kInContext), 2);
  const std::vector<MatrixSeries> all = read(example_by_fine_tuning());
  ASSERT_THAT(all, SizeIs(2));
  EXPECT_EQ(all[0].request, "words");
  ASSERT_THAT(all[0].seeds, SizeIs(2));
  EXPECT_EQ(all[0].seeds[0].key.seed, 0u);
  EXPECT_EQ(all[0].unit, "nats/token");
  EXPECT_EQ(all[0].self_scale, 0.5);
  EXPECT_EQ(all[1].request, "others");
  ASSERT_THAT(read(example_in_context()), SizeIs(1));
  EXPECT_EQ(read(example_in_context())[0].self_scale, 0.75);
}

TEST_F(MatrixSeriesTest, TheMeanLacksWhatASeedLacks) {
  matrices_.add(run_, key_of(0), 2, 2);
  matrices_.add(run_, key_of(1), 4, 2);
  std::vector<MatrixSeries> all = read(example_by_fine_tuning());
  EXPECT_THAT(mean_cells(all[0]), ElementsAre(3, 13, 4, 14));
  all[0].seeds[1].matrix.at(0, 1) = Matrix::kUnmeasured;
  EXPECT_TRUE(std::isnan(mean_cells(all[0])[1]));
  EXPECT_EQ(mean_cells(all[0])[2], 4);
}

TEST_F(MatrixSeriesTest, ASeedWithOtherSamplesIsLeftOut) {
  matrices_.add(run_, key_of(0), 2, 2);
  matrices_.add(run_, key_of(1), 2, 3);
  const std::vector<MatrixSeries> all = read(example_by_fine_tuning());
  EXPECT_THAT(all[0].seeds, SizeIs(1));
  EXPECT_THAT(all[0].left_out, ElementsAre(1));
}

TEST_F(MatrixSeriesTest, AMatrixThatIsGoneIsNamed) {
  run_.matrices.push_back({key_of(0), "gone", ""});
  const std::vector<MatrixSeries> all = read(example_by_fine_tuning());
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(all[0].error, "matrices/x.npy: is missing");
  EXPECT_THAT(all[0].seeds, IsEmpty());
}

TEST_F(MatrixSeriesTest, DistancesHaveNoSelfScale) {
  matrices_.add(run_, {.key = key_of(0),
                       .domain = "words",
                       .cells = Cells::kDistance,
                       .matrix = Matrix({"a"}, {"b"})});
  const std::vector<MatrixSeries> all = read(example_by_fine_tuning());
  EXPECT_EQ(all[0].unit, "1 − cosine");
  EXPECT_TRUE(std::isnan(all[0].self_scale));
}

}  // namespace
}  // namespace eif
