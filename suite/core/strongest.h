// Which of many trained samples moved each of a few queries most: found by an engine that is cheap,
// and measured again by one that is exact.
//
//   const std::vector<std::vector<size_t>> rows = strongest_rows(first_order, 10);
//   // rows[q]: the ten samples that moved query q most, up or down
//   ... measure them ...
//   const StrongestInfluences found = strongest_influences(first_order, exact, rows);
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "eif/matrix.h"

namespace eif {

// For each column the `count` rows with the largest cells by magnitude, the largest first; rows
// that are equal in the order of the matrix. Cells that were not measured are left out.
std::vector<std::vector<size_t>> strongest_rows(const Matrix& matrix, size_t count);

// A trained sample that moved a query, in the unit of the cells.
struct StrongInfluence {
  std::string trained;
  double first_order = 0;
  double exact = Matrix::kUnmeasured;
  std::string error;  // why it has no exact one
};

struct QueryInfluences {
  std::string query;
  double base_loss = Matrix::kUnmeasured;
  std::vector<StrongInfluence> strongest;  // by first order
  // Rank correlation of first order and exact among them; NaN below two that both measured. They
  // are the ends of the ranking, so it may be lower than over all samples.
  double spearman = Matrix::kUnmeasured;
};

struct StrongestInfluences {
  std::vector<QueryInfluences> queries;  // in the order of the matrix
  // Over the pairs of all queries that both measured, and how many these are.
  double spearman = Matrix::kUnmeasured;
  size_t pairs = 0;
};

// `rows`: of `first_order`, for each of its columns. `exact` has samples of the same ids.
StrongestInfluences strongest_influences(const Matrix& first_order, const Matrix& exact,
                                         const std::vector<std::vector<size_t>>& rows);

}  // namespace eif
