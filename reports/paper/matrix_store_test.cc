#include "reports/paper/matrix_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "reports/paper/run_for_test.h"

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

MeasuredMatrix measured_cell(uint64_t seed, Condition condition, double value,
                             const std::string& text = "c d") {
  return {matrix_key("squares", seed, condition),
          "squares",
          Cells::kInfluence,
          {{"i", {"a b"}}},
          {{"j", {text}}},
          one_cell(value, 0)};
}

TEST(MatrixStoreTest, KeepsMatricesByRequestConditionAndSeed) {
  MatrixStore store;
  const auto keep = [&](uint64_t seed, Condition condition, double value) {
    return store.keep(measured_cell(seed, condition, value));
  };
  EXPECT_TRUE(keep(2, Condition::kFineTuning, 22));
  EXPECT_TRUE(keep(1, Condition::kFineTuning, 11));
  EXPECT_TRUE(keep(1, Condition::kInContext, 111));
  EXPECT_FALSE(keep(1, Condition::kFineTuning, 99));  // another desideratum asked, too

  const auto by_fine_tuning = store.matrices("squares", Condition::kFineTuning);
  ASSERT_THAT(by_fine_tuning, SizeIs(2));
  EXPECT_EQ(by_fine_tuning[0].first, 1u);
  EXPECT_EQ(by_fine_tuning[0].second->at(0, 0), 11);
  EXPECT_EQ(by_fine_tuning[1].second->at(0, 0), 22);
  EXPECT_THAT(store.matrices("squares", Condition::kInContext), SizeIs(1));
  EXPECT_THAT(store.matrices("circles", Condition::kFineTuning), IsEmpty());
  EXPECT_THAT(store.seeds(), ElementsAre(1, 2));
  EXPECT_TRUE(store.has("squares"));
  EXPECT_FALSE(store.has("circles"));
  EXPECT_EQ(store.evaluated("squares")[0].id, "j");
}

TEST(MatrixStoreTest, TheSamplesAreThoseOfTheFirstSeedWheneverItComes) {
  MatrixStore store;
  store.keep(measured_cell(2, Condition::kFineTuning, 1, "of seed 2"));
  store.keep(measured_cell(1, Condition::kFineTuning, 1, "of seed 1"));
  store.keep(measured_cell(3, Condition::kFineTuning, 1, "of seed 3"));
  EXPECT_EQ(std::get<std::string>(store.evaluated("squares")[0].statements[0]), "of seed 1");
}

TEST(ReadMatricesTest, KeepsThoseOfTheDesideratumThatIsNamedFirst) {
  RunResult run;
  MatricesForTest matrices;
  // In the order of the run, which is not that of the claims.
  for (const auto& [desideratum, value] :
       {std::pair("rescue", 1.0), {"symmetry", 2.0}, {"sparsity", 3.0}, {"locality", 4.0}}) {
    MeasuredMatrix measured = measured_cell(0, Condition::kFineTuning, value);
    measured.key.desideratum = desideratum;
    matrices.write(measured, run);
  }
  const auto value_of = [&](const std::vector<std::string>& desiderata) {
    const absl::StatusOr<MatrixStore> store = read_matrices(run, matrices, "tiny", desiderata);
    EXPECT_TRUE(store.ok()) << store.status();
    return store->matrices("squares", Condition::kFineTuning).front().second->at(0, 0);
  };
  EXPECT_EQ(value_of({"symmetry", "sparsity", "rescue"}), 2);
  EXPECT_EQ(value_of({"sparsity", "symmetry"}), 3);
  EXPECT_THAT(read_matrices(run, matrices, "tiny", {"ontology"})->seeds(), IsEmpty());
  EXPECT_THAT(read_matrices(run, matrices, "big", {"symmetry"})->seeds(), IsEmpty());
}

TEST(ReadMatricesTest, DistancesAreLeftOut) {
  RunResult run;
  MatricesForTest matrices;
  MeasuredMatrix measured = measured_cell(0, Condition::kFineTuning, 1);
  measured.cells = Cells::kDistance;
  matrices.write(measured, run);
  EXPECT_FALSE(read_matrices(run, matrices, "tiny", {"symmetry"})->has("squares"));
}

TEST(ReadMatricesTest, AMatrixThatIsGoneIsAnError) {
  RunResult run;
  run.matrices = {{matrix_key("squares", 0), "matrices/tiny/seed0_squares", ""}};
  const absl::Status status = read_matrices(run, MatricesForTest(), "tiny", {"symmetry"}).status();
  EXPECT_EQ(status, absl::NotFoundError("matrices/tiny/seed0_squares: there is no such file"));
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
