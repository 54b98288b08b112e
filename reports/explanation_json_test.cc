#include "reports/explanation_json.h"

#include <gtest/gtest.h>

namespace eif {
namespace {

Matrix matrix(const std::vector<std::string>& columns, const std::vector<double>& cells) {
  Matrix result({"row"}, columns);
  for (size_t column = 0; column < columns.size(); ++column) result.at(0, column) = cells[column];
  return result;
}

Explanation example() {
  Explanation why;
  why.first_order = matrix({"a", "b"}, {3, 4});
  why.layers = {{"", matrix({"a", "b"}, {1, 1})}, {"0", matrix({"a", "b"}, {2, 3})}};
  why.kinds = {{"table", matrix({"a", "b"}, {3, Matrix::kUnmeasured})}};
  why.tokens = {{.column = 0, .position = 1, .id = 7, .piece = "dax"},
                {.column = 1, .statement = 2, .position = 3, .id = 8}};
  why.token_influence = matrix({"a1", "b1"}, {0.25, -0.5});
  why.token_influence.base() = {2, Matrix::kUnmeasured};
  return why;
}

TEST(ExplanationJson, HasEveryShareAndToken) {
  EXPECT_EQ(explanation_json(example()), Json::parse(R"({
      "first_order": [[3.0, 4.0]],
      "layers": [{"name": "", "influence": [[1.0, 1.0]]}, {"name": "0", "influence": [[2.0, 3.0]]}],
      "kinds": [{"name": "table", "influence": [[3.0, null]]}],
      "tokens": [{"column": "a", "statement": 0, "position": 1, "id": 7, "piece": "dax", "base_loss": 2.0},
                 {"column": "b", "statement": 2, "position": 3, "id": 8, "piece": null, "base_loss": null}],
      "token_influence": [[0.25, -0.5]]})"));
}

Json document() {
  Json json = {{"trained", {"row"}}, {"evaluated", {"a", "b"}}};
  json.update(explanation_json(example()));
  return json;
}

TEST(ExplanationJson, IsReadBackAsItWas) {
  const absl::StatusOr<Explanation> read = parse_explanation(document().dump(), "file");
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(explanation_json(*read), explanation_json(example()));
  EXPECT_EQ(read->layers[1].influence.at("row", "b"), 3);
  EXPECT_EQ(read->tokens[1].column, 1u);
}

TEST(ExplanationJson, WhatIsNoneIsRefusedByName) {
  const auto refusal = [](const Json& json) {
    return std::string(parse_explanation(json.dump(), "file").status().message());
  };
  Json json = document();
  json["first_order"] = {{1, 2, 3}};
  EXPECT_EQ(refusal(json),
            "file: not the explanation of a matrix: \"first_order\" has other columns");
  json = document();
  json["tokens"][0]["column"] = "c";
  EXPECT_EQ(refusal(json), "file: not the explanation of a matrix: no column is called \"c\"");
  json = document();
  json.erase("layers");
  EXPECT_EQ(refusal(json), "file: not the explanation of a matrix: \"layers\" is missing");
}

}  // namespace
}  // namespace eif
