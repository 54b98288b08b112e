// The cells of a matrix by the ids of their samples, looked up in constant time.
//
//   const CellsById cells(matrix);
//   cells.at("fact", "negation");  // NaN where the matrix has no such row or column
//
// Matrix::at(id, id) goes through all ids at each call, which is what a desideratum needs for a few
// cells. Whoever goes through all cells of two matrices needs this.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "eif/matrix.h"

namespace eif {

class CellsById {
 public:
  // `matrix` must outlive this object.
  explicit CellsById(const Matrix& matrix);

  // Where a sample stands in the matrix, if it does. Of two rows with one id, the first.
  std::optional<size_t> row(const std::string& trained_id) const;
  std::optional<size_t> column(const std::string& evaluated_id) const;

  double at(const std::string& trained_id, const std::string& evaluated_id) const;

 private:
  using Indices = std::unordered_map<std::string, size_t>;

  const Matrix& matrix_;
  Indices rows_, columns_;
};

}  // namespace eif
