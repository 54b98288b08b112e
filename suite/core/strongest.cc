#include "suite/core/strongest.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "suite/core/cells_by_id.h"
#include "suite/core/statistics.h"

namespace eif {
namespace {

StrongInfluence influence_of(const Matrix& first_order, size_t row, size_t column,
                             const Matrix& exact, const CellsById& cells) {
  StrongInfluence one{.trained = first_order.trained_ids()[row],
                      .first_order = first_order.at(row, column)};
  const std::optional<size_t> same_row = cells.row(one.trained);
  const std::optional<size_t> same_column = cells.column(first_order.evaluated_ids()[column]);
  if (!same_row || !same_column) {
    one.error = "it was not measured";
    return one;
  }
  one.exact = exact.at(*same_row, *same_column);
  if (!std::isfinite(one.exact)) {
    const std::string& of_row = exact.row_errors()[*same_row];
    one.error = of_row.empty() ? exact.column_errors()[*same_column] : of_row;
    if (one.error.empty()) one.error = "the cell is not finite";
  }
  return one;
}

// Pairs that were measured by both.
class MeasuredPairs {
 public:
  void add(const StrongInfluence& one) {
    if (!std::isfinite(one.exact)) return;
    first_order_.push_back(one.first_order);
    exact_.push_back(one.exact);
  }
  size_t size() const { return exact_.size(); }
  double rank_correlation() const { return spearman(first_order_, exact_); }

 private:
  std::vector<double> first_order_, exact_;
};

}  // namespace

std::vector<std::vector<size_t>> strongest_rows(const Matrix& matrix, size_t count) {
  std::vector<std::vector<size_t>> strongest(matrix.columns());
  for (size_t column = 0; column < matrix.columns(); ++column) {
    std::vector<std::pair<double, size_t>>
        cells;  // minus the magnitude, so that the largest is first
    for (size_t row = 0; row < matrix.rows(); ++row) {
      const double cell = matrix.at(row, column);
      if (std::isfinite(cell)) cells.emplace_back(-std::abs(cell), row);
    }
    const size_t kept = std::min(count, cells.size());
    std::partial_sort(cells.begin(), cells.begin() + static_cast<std::ptrdiff_t>(kept),
                      cells.end());
    for (size_t i = 0; i < kept; ++i) strongest[column].push_back(cells[i].second);
  }
  return strongest;
}

StrongestInfluences strongest_influences(const Matrix& first_order, const Matrix& exact,
                                         const std::vector<std::vector<size_t>>& rows) {
  const CellsById cells(exact);
  StrongestInfluences found;
  MeasuredPairs all;
  for (size_t column = 0; column < first_order.columns(); ++column) {
    QueryInfluences& query = found.queries.emplace_back();
    query.query = first_order.evaluated_ids()[column];
    query.base_loss = first_order.base()[column];
    MeasuredPairs of_query;
    for (const size_t row : rows[column]) {
      const StrongInfluence& one =
          query.strongest.emplace_back(influence_of(first_order, row, column, exact, cells));
      of_query.add(one);
      all.add(one);
    }
    query.spearman = of_query.rank_correlation();
  }
  found.spearman = all.rank_correlation();
  found.pairs = all.size();
  return found;
}

}  // namespace eif
