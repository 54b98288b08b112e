#include "reports/explanation_json.h"

#include <cstddef>

namespace eif {
namespace {

Json cells_json(const Matrix& matrix) {
  Json rows = Json::array();
  for (size_t row = 0; row < matrix.rows(); ++row) {
    Json cells = Json::array();
    for (size_t column = 0; column < matrix.columns(); ++column) {
      cells.push_back(number(matrix.at(row, column)));
    }
    rows.push_back(std::move(cells));
  }
  return rows;
}

Json shares_json(const std::vector<InfluenceShare>& shares) {
  Json list = Json::array();
  for (const InfluenceShare& share : shares) {
    list.push_back({{"name", share.name}, {"influence", cells_json(share.influence)}});
  }
  return list;
}

Json tokens_json(const Explanation& explanation) {
  Json tokens = Json::array();
  for (size_t i = 0; i < explanation.tokens.size(); ++i) {
    const ScoredToken& token = explanation.tokens[i];
    tokens.push_back({{"column", explanation.first_order.evaluated_ids()[token.column]},
                      {"statement", token.statement},
                      {"position", token.position},
                      {"id", token.id},
                      {"piece", token.piece.empty() ? Json(nullptr) : Json(token.piece)},
                      {"base_loss", number(explanation.token_influence.base()[i])}});
  }
  return tokens;
}

}  // namespace

Json explanation_json(const Explanation& explanation) {
  return {{"first_order", cells_json(explanation.first_order)},
          {"layers", shares_json(explanation.layers)},
          {"kinds", shares_json(explanation.kinds)},
          {"tokens", tokens_json(explanation)},
          {"token_influence", cells_json(explanation.token_influence)}};
}

}  // namespace eif
