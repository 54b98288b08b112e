#include "reports/matrix_report.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

namespace eif {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

MatrixContext example_context() {
  MatrixContext context;
  context.model = "smollm2";
  context.learning_rate = 1e-4;
  context.engine = "linear";
  context.unit = "nats/token";
  context.training = TrainingOptions{.momentum = 0.9, .max_gradient_norm = 1};
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
            "smollm2, linear, learning rate 0.0001. Rows: trained, columns: evaluated, in\n"
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

// Forty of them would be 0.00 with the three digits of the largest.
TEST(MatrixTable, NineCellsInTenShowADigit) {
  std::vector<std::string> ids;
  for (int i = 0; i < 8; ++i) ids.push_back(absl::StrCat("s", i));
  Matrix matrix(ids, ids);
  for (size_t row = 0; row < 8; ++row) {
    for (size_t column = 0; column < 8; ++column) matrix.at(row, column) = 0.002 * double(row + 1);
    matrix.at(row, row) = 3.5;
  }
  const std::string table = matrix_table(example_context(), matrix);
  EXPECT_THAT(table, HasSubstr("s0         3.500  0.002  0.002"));
  EXPECT_THAT(table, Not(HasSubstr(" 0.000 ")));
}

TEST(MatrixTable, WhatIsNotZeroIsNotShownAsZero) {
  Matrix matrix({"a", "b"}, {"a", "b"});
  matrix.at(0, 0) = 1234.5;
  matrix.at(0, 1) = 100;
  matrix.at(1, 0) = -3e-9;
  matrix.at(1, 1) = 0;
  const std::string table = matrix_table(example_context(), matrix);
  EXPECT_THAT(table, HasSubstr("-3e-09"));
  EXPECT_THAT(table, HasSubstr("1234.500"));  // seven digits, and no more for the smallest
  EXPECT_THAT(table, HasSubstr(" 0.000\n"));
}

TEST(MatrixTable, WhatIsWiderThanThePageStandsInBlocks) {
  std::vector<std::string> ids;
  for (int i = 0; i < 12; ++i) ids.push_back(absl::StrCat("sample_", i));
  Matrix matrix(ids, ids);
  for (size_t i = 0; i < 12; ++i) matrix.at(i, i) = 0.5;
  std::istringstream lines(matrix_table(example_context(), matrix));
  int headings = 0;
  for (std::string line; std::getline(lines, line);) {
    EXPECT_LE(line.size(), 80u);
    headings += line.starts_with("base loss");
  }
  EXPECT_EQ(headings, 2);
}

TEST(MatrixTable, InContextNothingWasTrained) {
  MatrixContext context = example_context();
  context.training.reset();
  context.learning_rate = Matrix::kUnmeasured;
  context.engine = "in-context";
  EXPECT_THAT(matrix_table(context, one_cell()),
              HasSubstr("smollm2, in-context. Rows: read before the column, columns: evaluated"));
}

TEST(MatrixTable, AnIdForgesNoLine) {
  Matrix matrix({"a\nerror: b"}, {"\33[2J"});
  matrix.row_errors()[0] = "why\nnot";
  const std::string table = matrix_table(example_context(), matrix);
  EXPECT_THAT(table, HasSubstr("a\\nerror: b"));
  EXPECT_THAT(table, HasSubstr("\\x1b[2J"));
  EXPECT_THAT(table, HasSubstr("not measured: row a\\nerror: b: why\\nnot\n"));
}

TEST(MatrixJson, SaysHowItWasMeasuredAndOfWhat) {
  MatrixContext context = example_context();
  context.fingerprint = "0123";
  context.dtype = "float64";
  context.precision = "mixed";
  context.device = "cpu";
  context.texts = {{"i", {"one", "two\nlines"}}};
  context.facts = {{"origin", "4-bit"}};
  const auto json = nlohmann::json::parse(matrix_json(context, one_cell()));
  EXPECT_EQ(
      json["optimizer"],
      nlohmann::json::parse(R"({"name": "sgd", "momentum": 0.9, "weight_decay": 0.0,
                                "max_grad_norm": 1.0, "epochs": 1, "train_only": [], "freeze": [],
                                "adapter": null})"));
  context.training->adapter = Adapter::kLora;
  EXPECT_EQ(nlohmann::json::parse(matrix_json(context, one_cell()))["optimizer"]["adapter"],
            nlohmann::json::parse(R"({"kind": "lora", "rank": 8, "alpha": 16.0,
                                      "targets": ["all-linear"], "seed": 0})"));
  EXPECT_EQ(json["fingerprint"], "0123");
  EXPECT_EQ(json["dtype"], "float64");
  EXPECT_EQ(json["precision"], "mixed");
  EXPECT_EQ(json["device"], "cpu");
  EXPECT_EQ(json["texts"], nlohmann::json({{"i", {"one", "two\nlines"}}}));
  EXPECT_EQ(json["facts"], nlohmann::json({{"origin", "4-bit"}}));
  context.training.reset();
  EXPECT_TRUE(nlohmann::json::parse(matrix_json(context, one_cell()))["optimizer"].is_null());
}

TEST(MatrixFormats, EachHasItsOwnNameAndExtension) {
  std::set<std::string> names, extensions;
  for (const MatrixFormat& format : matrix_formats()) {
    names.insert(format.name);
    extensions.insert(format.extension);
    EXPECT_FALSE(format.document(example_context(), one_cell()).empty());
  }
  EXPECT_THAT(names, ElementsAre("csv", "json", "npy", "svg", "table"));
  EXPECT_THAT(extensions, ElementsAre("csv", "json", "npy", "svg", "txt"));
}

TEST(UnmeasuredLines, EachHasAReason) {
  Matrix matrix({"a", "b"}, {"c", "d"});
  matrix.at(0, 0) = matrix.at(0, 1) = matrix.at(1, 1) = 1;
  EXPECT_THAT(unmeasured_lines(matrix),
              ElementsAre("not measured: row b, column c: the cell is not finite"));
  matrix.row_errors()[1] = "it has one token";
  EXPECT_THAT(unmeasured_lines(matrix), ElementsAre("not measured: row b: it has one token"));
  matrix.at(1, 0) = 1;
  matrix.row_errors()[1].clear();
  EXPECT_THAT(unmeasured_lines(matrix), ElementsAre());
}

TEST(UnmeasuredLines, OfManyTheFirstAreNamed) {
  const Matrix matrix({"a", "b"}, {"c", "d"});
  EXPECT_THAT(unmeasured_lines(matrix, 1),
              ElementsAre("not measured: row a, column c: the cell is not finite",
                          "not measured: 3 more; --format json has all of them"));
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
