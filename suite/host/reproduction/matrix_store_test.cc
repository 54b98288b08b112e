#include "suite/host/reproduction/matrix_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace eif {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

Matrix one_cell(double value, double base) {
  Matrix matrix({"i"}, {"j"});
  matrix.at(0, 0) = value;
  matrix.base()[0] = base;
  return matrix;
}

TEST(MatrixStoreTest, KeepsMatricesByRequestConditionAndSeed) {
  MatrixStore store;
  const Request request{"squares", "squares", {{"i", {"a b"}}}, {{"j", {"c d"}}}};
  const auto keep = [&](uint64_t seed, Condition condition, double value) {
    return store.keep({"tiny", "symmetry", seed, condition, request, one_cell(value, 0)});
  };
  EXPECT_TRUE(keep(2, Condition::kFineTuning, 22));
  EXPECT_TRUE(keep(1, Condition::kFineTuning, 11));
  EXPECT_TRUE(keep(1, Condition::kInContext, 111));
  EXPECT_FALSE(keep(1, Condition::kFineTuning, 99));  // another desideratum asked, too

  const auto by_fine_tuning = store.matrices("squares", Condition::kFineTuning);
  ASSERT_THAT(by_fine_tuning, SizeIs(2));
  EXPECT_EQ(by_fine_tuning[0]->at(0, 0), 11);
  EXPECT_EQ(by_fine_tuning[1]->at(0, 0), 22);
  EXPECT_THAT(store.matrices("squares", Condition::kInContext), SizeIs(1));
  EXPECT_THAT(store.matrices("circles", Condition::kFineTuning), IsEmpty());
  EXPECT_THAT(store.seeds(), ElementsAre(1, 2));
  EXPECT_THAT(store.requests(), ElementsAre("squares"));
  EXPECT_TRUE(store.has("squares"));
  EXPECT_FALSE(store.has("circles"));
  EXPECT_EQ(store.evaluated("squares")[0].id, "j");
}

TEST(MeanMatrixTest, IsTheMeanOfCellsAndBaseLosses) {
  const Matrix mean = mean_matrix({one_cell(1, 10), one_cell(4, 20)});
  EXPECT_EQ(mean.at("i", "j"), 2.5);
  EXPECT_EQ(mean.base()[0], 15);
}

TEST(MeanMatrixTest, ACellThatOneLacksIsMissing) {
  EXPECT_TRUE(std::isnan(mean_matrix({one_cell(1, 1), one_cell(Matrix::kUnmeasured, 1)}).at(0, 0)));
}

}  // namespace
}  // namespace eif
