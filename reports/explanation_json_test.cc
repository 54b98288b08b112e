#include "reports/explanation_json.h"

#include <gtest/gtest.h>

namespace eif {
namespace {

Matrix matrix(const std::vector<std::string>& columns, const std::vector<double>& cells) {
  Matrix result({"row"}, columns);
  for (size_t column = 0; column < columns.size(); ++column) result.at(0, column) = cells[column];
  return result;
}

TEST(ExplanationJson, HasEveryShareAndToken) {
  Explanation why;
  why.first_order = matrix({"a", "b"}, {3, 4});
  why.layers = {{"", matrix({"a", "b"}, {1, 1})}, {"0", matrix({"a", "b"}, {2, 3})}};
  why.kinds = {{"table", matrix({"a", "b"}, {3, Matrix::kUnmeasured})}};
  why.tokens = {{.column = 0, .position = 1, .id = 7, .piece = "dax"},
                {.column = 1, .statement = 2, .position = 3, .id = 8}};
  why.token_influence = matrix({"a1", "b1"}, {0.25, -0.5});
  why.token_influence.base() = {2, Matrix::kUnmeasured};
  EXPECT_EQ(explanation_json(why), Json::parse(R"({
      "first_order": [[3.0, 4.0]],
      "layers": [{"name": "", "influence": [[1.0, 1.0]]}, {"name": "0", "influence": [[2.0, 3.0]]}],
      "kinds": [{"name": "table", "influence": [[3.0, null]]}],
      "tokens": [{"column": "a", "statement": 0, "position": 1, "id": 7, "piece": "dax", "base_loss": 2.0},
                 {"column": "b", "statement": 2, "position": 3, "id": 8, "piece": null, "base_loss": null}],
      "token_influence": [[0.25, -0.5]]})"));
}

}  // namespace
}  // namespace eif
