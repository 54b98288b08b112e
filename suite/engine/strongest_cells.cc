#include "suite/engine/strongest_cells.h"

#include <map>
#include <utility>

namespace eif {

WantedCells strongest_cells(const std::vector<Sample>& trained, const std::vector<Sample>& queries,
                            const std::vector<std::vector<size_t>>& rows) {
  std::map<size_t, std::vector<size_t>> queries_of;  // by trained sample
  for (size_t query = 0; query < rows.size(); ++query) {
    for (const size_t row : rows[query]) queries_of[row].push_back(query);
  }
  WantedCells wanted{.evaluated = queries};
  std::map<std::vector<size_t>, std::vector<size_t>> rows_by_queries;
  for (const auto& [row, its_queries] : queries_of) {
    rows_by_queries[its_queries].push_back(wanted.trained.size());
    wanted.trained.push_back(trained[row]);
  }
  for (auto& [its_queries, its_rows] : rows_by_queries) {
    wanted.blocks.push_back({std::move(its_rows), its_queries});
  }
  return wanted;
}

}  // namespace eif
