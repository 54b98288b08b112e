#include "reports/explanation_json.h"

#include <algorithm>
#include <cstddef>
#include <exception>
#include <vector>

#include "absl/strings/str_cat.h"
#include "reports/json_members.h"

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

// ---- Reading -----------------------------------------------------------------------------------

Matrix cells_in(const Tree& json, const char* name, const std::vector<std::string>& rows,
                const std::vector<std::string>& columns) {
  Matrix matrix(rows, columns);
  const Tree& list = list_in(json, name);
  if (list.size() != rows.size()) refuse(absl::StrCat("\"", name, "\" has other rows"));
  for (size_t row = 0; row < rows.size(); ++row) {
    const Tree& cells = list[row];
    if (!cells.is_array() || cells.size() != columns.size()) {
      refuse(absl::StrCat("\"", name, "\" has other columns"));
    }
    for (size_t column = 0; column < columns.size(); ++column) {
      matrix.at(row, column) = as_real(cells[column], name);
    }
  }
  return matrix;
}

std::vector<InfluenceShare> shares_in(const Tree& json, const char* name,
                                      const std::vector<std::string>& rows,
                                      const std::vector<std::string>& columns) {
  std::vector<InfluenceShare> shares;
  for (const Tree& one : list_in(json, name)) {
    shares.push_back({text_in(one, "name"), cells_in(one, "influence", rows, columns)});
  }
  return shares;
}

ScoredToken token_in(const Tree& json, const std::vector<std::string>& columns) {
  const std::string column = text_in(json, "column");
  const auto found = std::find(columns.begin(), columns.end(), column);
  if (found == columns.end()) refuse(absl::StrCat("no column is called \"", column, "\""));
  return {.column = static_cast<size_t>(found - columns.begin()),
          .statement = as_natural(member(json, "statement"), "statement"),
          .position = static_cast<int64_t>(as_natural(member(json, "position"), "position")),
          .id = static_cast<int64_t>(as_natural(member(json, "id"), "id")),
          .piece = optional_text_in(json, "piece")};
}

Explanation explanation_in(const Tree& json) {
  const std::vector<std::string> rows = texts_in(json, "trained");
  const std::vector<std::string> columns = texts_in(json, "evaluated");
  Explanation explanation{.first_order = cells_in(json, "first_order", rows, columns),
                          .layers = shares_in(json, "layers", rows, columns),
                          .kinds = shares_in(json, "kinds", rows, columns)};
  std::vector<std::string> tokens;
  std::vector<double> base;
  for (const Tree& one : list_in(json, "tokens")) {
    explanation.tokens.push_back(token_in(one, columns));
    base.push_back(real_in(one, "base_loss"));
    tokens.push_back(absl::StrCat(tokens.size()));
  }
  explanation.token_influence = cells_in(json, "token_influence", rows, tokens);
  explanation.token_influence.base() = base;
  return explanation;
}

}  // namespace

absl::StatusOr<Explanation> parse_explanation(const std::string& text, const std::string& file) {
  try {
    return explanation_in(Tree::parse(text));
  } catch (const std::exception& error) {
    return absl::InvalidArgumentError(
        absl::StrCat(file, ": not the explanation of a matrix: ", error.what()));
  }
}

Json explanation_json(const Explanation& explanation) {
  return {{"first_order", cells_json(explanation.first_order)},
          {"layers", shares_json(explanation.layers)},
          {"kinds", shares_json(explanation.kinds)},
          {"tokens", tokens_json(explanation)},
          {"token_influence", cells_json(explanation.token_influence)}};
}

}  // namespace eif
