#include "reports/html/matrix_data.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <nlohmann/json.hpp>

#include "absl/strings/escaping.h"
#include "reports/html/run_for_test.h"
#include "suite/core/example_run_for_test.h"

namespace eif {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

MatrixSeries series_of(size_t seeds, size_t size) {
  RunResult run = example_run();
  MatricesForTest matrices;
  for (size_t seed = 0; seed < seeds; ++seed) {
    matrices.add(run, {"phi3", "sparsity", seed, Condition::kFineTuning, "words"},
                 static_cast<double>(seed), size);
  }
  return matrix_series(run, matrices, example_by_fine_tuning()).front();
}

std::vector<float> unpacked(const std::string& text) {
  std::string bytes;
  EXPECT_TRUE(absl::Base64Unescape(text, &bytes));
  std::vector<float> values;
  for (size_t i = 0; i + 4 <= bytes.size(); i += 4) {
    uint32_t bits = 0;
    for (size_t k = 4; k-- > 0;) bits = bits << 8 | static_cast<uint8_t>(bytes[i + k]);
    values.push_back(std::bit_cast<float>(bits));
  }
  return values;
}

TEST(MatrixData, TheMeanComesBeforeTheSeeds) {
  const std::vector<MatrixView> views = views_of(series_of(2, 2));
  ASSERT_THAT(views, SizeIs(3));
  EXPECT_EQ(views[0].name, "mean of 2 seeds");
  EXPECT_THAT(views[0].cells, ElementsAre(0.5, 10.5, 1.5, 11.5));
  EXPECT_EQ(views[2].name, "seed 1");
  EXPECT_EQ(views[2].texts_of, 1u);
  EXPECT_EQ(views_of(series_of(1, 2)).front().name, "seed 0");
}

TEST(MatrixData, OfALargeMatrixNotAllSeedsAreKept) {
  EXPECT_THAT(views_of(series_of(3, 200)), SizeIs(4));
  EXPECT_THAT(views_of(series_of(3, 400)), SizeIs(2));
}

TEST(MatrixData, ColoursEndAtTheSelfScaleOrAtTheLargestCell) {
  MatrixSeries series = series_of(1, 2);
  EXPECT_EQ(heat_limit(series), 0.5);
  series.self_scale = Matrix::kUnmeasured;
  EXPECT_EQ(heat_limit(series), 11);
  series.seeds[0].matrix = Matrix({"a"}, {"a"});
  EXPECT_EQ(heat_limit(series), 1);
}

TEST(MatrixData, CellsAndTextsComeBack) {
  MatrixSeries series = series_of(2, 2);
  series.seeds[0].matrix.at(0, 0) = Matrix::kUnmeasured;
  const auto json = nlohmann::json::parse(matrix_json(series, views_of(series), false));
  EXPECT_EQ(json["rows"], (std::vector<std::string>{"s0", "s1"}));
  EXPECT_EQ(json["texts"][1]["s1"], "text 1 of seed 1");
  EXPECT_EQ(json["self_scale"], 0.5);
  const std::vector<float> cells = unpacked(json["views"][1]["cells"]);
  ASSERT_THAT(cells, SizeIs(4));
  EXPECT_TRUE(std::isnan(cells[0]));
  EXPECT_EQ(cells[3], 11);
  EXPECT_FALSE(json["views"][0].contains("picture"));
}

TEST(MatrixData, EachViewMayHaveItsPicture) {
  const MatrixSeries series = series_of(2, 2);
  const auto json = nlohmann::json::parse(matrix_json(series, views_of(series), true));
  const std::string url = json["views"][2]["picture"];
  EXPECT_TRUE(url.starts_with("data:image/png;base64,iVBORw0KGgo"));
  EXPECT_NE(url, json["views"][1]["picture"].get<std::string>());
}

TEST(MatrixData, NoTextEndsTheElement) {
  MatrixSeries series = series_of(1, 1);
  series.seeds[0].trained[0].statements = {"</script><!--\n\xff"};
  series.seeds[0].evaluated = series.seeds[0].trained;
  const std::string json = matrix_json(series, views_of(series), false);
  EXPECT_THAT(json, Not(HasSubstr("<")));
  EXPECT_EQ(nlohmann::json::parse(json)["texts"][0]["s0"], "</script><!--\\n\\xff");
}

TEST(MatrixData, ASampleIsItsStatements) {
  EXPECT_EQ(sample_text({"a", {"one", PromptedText{"two", " three"}}}), "one / two three");
  EXPECT_EQ(sample_text({"a", {LabelledImage{{}, 7}}}), "an image of 7");
}

}  // namespace
}  // namespace eif
