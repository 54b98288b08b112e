#include "suite/core/cells_by_id.h"

namespace eif {
namespace {

std::unordered_map<std::string, size_t> indices_of(const std::vector<std::string>& ids) {
  std::unordered_map<std::string, size_t> indices;
  for (size_t i = 0; i < ids.size(); ++i) indices.emplace(ids[i], i);
  return indices;
}

std::optional<size_t> index_of(const std::string& id,
                               const std::unordered_map<std::string, size_t>& indices) {
  const auto found = indices.find(id);
  return found == indices.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace

CellsById::CellsById(const Matrix& matrix)
    : matrix_(matrix),
      rows_(indices_of(matrix.trained_ids())),
      columns_(indices_of(matrix.evaluated_ids())) {}

std::optional<size_t> CellsById::row(const std::string& trained_id) const {
  return index_of(trained_id, rows_);
}

std::optional<size_t> CellsById::column(const std::string& evaluated_id) const {
  return index_of(evaluated_id, columns_);
}

double CellsById::at(const std::string& trained_id, const std::string& evaluated_id) const {
  const std::optional<size_t> of_row = row(trained_id), of_column = column(evaluated_id);
  return of_row && of_column ? matrix_.at(*of_row, *of_column) : Matrix::kUnmeasured;
}

}  // namespace eif
