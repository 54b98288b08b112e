// Which rows of a matrix are replayed together, and which of those are recorded together.
//
//   for (const RecordedGroups& groups : group_rows(model, wanted, limits, matrix)) …
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "eif/backend.h"
#include "eif/matrix.h"
#include "suite/engine/batching.h"
#include "suite/engine/evaluation.h"
#include "suite/engine/memory.h"
#include "suite/engine/wanted_cells.h"

namespace eif {

// A trained sample.
struct ReplayedRow {
  size_t row = 0;  // of the matrix
  const CellBlock* block = nullptr;
  std::vector<Example> examples;
};

// Rows whose losses are computed together, those with more and longer statements first.
struct ReplayedGroup {
  std::vector<ReplayedRow> rows;
  // Of what all rows are evaluated on, or of what each of them is, one row for each.
  std::shared_ptr<const Evaluation> evaluation;
};

using RecordedGroups = std::vector<ReplayedGroup>;

// From the memory that a position needs to what is done at once.
class ReplayLimits {
 public:
  // base, metered: all evaluated samples under the base weights, and what that took.
  ReplayLimits(Model& model, const Evaluation& base, const MeteredWeights& metered,
               const WorkLimits& limits);

  // Of rows that take so many positions each to record: how many, and positions that they are
  // evaluated on.
  BatchLimits replayed_together(int64_t recorded_positions_of_row) const;

  bool recorded_together(size_t rows, int64_t positions) const;

  // Whether so many positions leave no room for others beside them.
  bool fills_device(int64_t positions) const;

 private:
  at::Device device_;
  bool are_images_;
  int64_t bytes_;  // that there are
  std::optional<int64_t> rows_;
  int64_t recorded_bytes_, replayed_bytes_;  // by position
};

// `wanted` outlives the result. Rows that cannot be measured have their reason in the matrix and
// are in no group.
std::vector<RecordedGroups> group_rows(Model& model, const WantedCells& wanted,
                                       const ReplayLimits& limits, Matrix& matrix);

}  // namespace eif
