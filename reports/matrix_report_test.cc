#include "reports/matrix_report.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

namespace eif {
namespace {

using ::testing::HasSubstr;

MatrixContext example_context() {
  MatrixContext context;
  context.model = "smollm2";
  context.learning_rate = 1e-4;
  context.engine = "linear";
  context.unit = "nats/token";
  return context;
}

MatrixContext checked(MatrixGap gap) {
  MatrixContext context = example_context();
  context.check = MatrixCheck{"replay", 3, std::move(gap)};
  return context;
}

Matrix one_cell() {
  Matrix matrix({"i"}, {"j"});
  matrix.at(0, 0) = 0.5;
  matrix.base()[0] = 4;
  return matrix;
}

TEST(MatrixJson, SaysHowFarTheMatrixIsFromAnotherEngines) {
  const MatrixContext context = checked({16, 0.998, 0.02, "i", "j", 0.5});
  const auto json = nlohmann::json::parse(matrix_json(context, one_cell()));
  EXPECT_EQ(json["engine"], "linear");
  EXPECT_EQ(json["check"], nlohmann::json({{"engine", "replay"},
                                           {"measure_seconds", 3},
                                           {"cells", 16},
                                           {"spearman", 0.998},
                                           {"largest_gap", 0.02},
                                           {"trained", "i"},
                                           {"evaluated", "j"},
                                           {"largest_cell", 0.5}}));
}

TEST(MatrixJson, WithoutACheckSaysNothingOfOne) {
  const auto json = nlohmann::json::parse(matrix_json(example_context(), one_cell()));
  EXPECT_FALSE(json.contains("check"));
}

TEST(MatrixJson, ACheckOfNoCellHasNoNumbers) {
  const auto json = nlohmann::json::parse(matrix_json(checked({}), one_cell()));
  EXPECT_TRUE(json["check"]["spearman"].is_null());
  EXPECT_TRUE(json["check"]["largest_gap"].is_null());
}

TEST(MatrixTable, ShowsThreeDigitsOfTheLargestCell) {
  Matrix matrix({"a", "größer"}, {"a", "b"});
  matrix.base() = {4, 5.25};
  matrix.at(0, 0) = -0.0123456;
  matrix.at(0, 1) = 0.0004;
  matrix.at(1, 0) = 0.002;
  matrix.row_errors()[1] = "why";
  EXPECT_EQ(matrix_table(example_context(), matrix),
            "smollm2, linear, learning rate 0.0001. Rows: trained, columns: evaluated, in "
            "nats/token; positive cells: it helped.\n\n"
            "                 a       b\n"
            "base loss    4.000   5.250\n"
            "a          -0.0123  0.0004\n"
            "größer      0.0020       -\n"
            "not measured: row größer: why\n");
}

TEST(MatrixTable, ColumnsAreAsWideAsTheirNumbers) {
  Matrix matrix({"a"}, {"a", "b"});
  matrix.at(0, 0) = -23943.217;
  matrix.at(0, 1) = 1;
  EXPECT_THAT(matrix_table(example_context(), matrix), HasSubstr("\na          -23943  1\n"));
}

TEST(MatrixTable, NoInfluenceIsShownAsZeros) {
  Matrix matrix({"a"}, {"a"});
  matrix.at(0, 0) = 0;
  matrix.base() = {1};
  EXPECT_THAT(matrix_table(example_context(), matrix), HasSubstr("\na          0.000\n"));
}

TEST(CheckLine, NamesBothEnginesAndTheWorstCell) {
  EXPECT_EQ(
      check_line(checked({16, 0.998, 0.02, "i", "j", 0.5})),
      "linear against replay: 16 cells, Spearman 0.998000, largest gap 0.02 nats/token (i on j) "
      "in cells of up to 0.5\n");
  EXPECT_EQ(check_line(checked({})), "linear against replay: no cell that both could measure\n");
}

}  // namespace
}  // namespace eif
