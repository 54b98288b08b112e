// Which rows of a matrix are replayed together, and which of those are recorded together.
//
//   for (const RecordedGroups& groups : group_rows(model, wanted, limits, matrix)) …
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "eif/backend.h"
#include "eif/matrix.h"
#include "suite/engine/batching.h"
#include "suite/engine/difference_products.h"
#include "suite/engine/encoded_samples.h"
#include "suite/engine/evaluation.h"
#include "suite/engine/memory.h"
#include "suite/engine/wanted_cells.h"

namespace eif {

// A trained sample, as a row of the matrix.
struct ReplayedRow {
  size_t row = 0;  // of the matrix
  const CellBlock* block = nullptr;
  std::vector<Example> examples;   // one for each step
  int64_t recorded_positions = 0;  // that are in memory while it is trained
  // What it is evaluated on: the columns of its block, or all of them and others in ascending order.
  std::shared_ptr<const std::vector<size_t>> columns;
};

// Rows whose losses are computed together, those with more and longer statements first.
struct ReplayedGroup {
  std::vector<ReplayedRow> rows;
  // What all rows are evaluated on; or, where each has columns of its own, one prepared row for
  // each, those of the base rows first.
  std::shared_ptr<const Evaluation> evaluation;
  bool has_row_for_each = false;  // which of the two
  BaseRows base_rows;             // none where they do not ride along
};

using RecordedGroups = std::vector<ReplayedGroup>;

// What one pass over all evaluated samples under the base weights took. A position is a node or an
// image.
struct BasePass {
  int64_t positions = 0;
  int64_t largest_batch = 0;  // in positions
  int64_t bytes_of_uses = 0;  // that uses of parameters returned, of all positions
  int64_t peak_bytes = 0;     // that were there at the same time: those of the largest batch
};

// What a row needs while it is trained, beside the positions that it is trained on.
struct RowNeeds {
  int64_t bytes = 0;
  bool keeps_all_steps = true;  // the positions of all its steps, or of one at a time
};

// Whether rows of the base model ride along with the others of a group (difference_products.h).
enum class BaseRidesAlong { kNo, kYes };

// Turns the memory that a position needs into how much is done at once.
class ReplayLimits {
 public:
  ReplayLimits(Model& model, const BasePass& base, const WorkLimits& limits,
               const RowNeeds& needs = {}, BaseRidesAlong base_rows = BaseRidesAlong::kNo);

  // How many positions of these steps are in memory while a row is trained on them.
  int64_t recorded_positions(const std::vector<Example>& steps) const;

  bool base_rides_along() const { return base_rides_along_; }
  // Whether blocks may share a base row (joined_blocks.h). Not where a number of rows was asked for: then
  // a row has the same bits whatever the others are.
  bool joins_blocks() const { return base_rides_along_ && !rows_.has_value(); }

  // Says how many rows, each of which took so many positions to record, may be replayed together,
  // and on how many positions they may be evaluated in all.
  BatchLimits replayed_together(int64_t recorded_positions_of_row) const;

  // Whether so many rows, with so many positions in all, may be recorded together.
  bool recorded_together(size_t rows, int64_t positions) const;

  // Whether these rows can be recorded and replayed in the memory there is, which only a single row
  // may not be.
  bool fit(const RecordedGroups& recording) const;

  // Whether so many positions leave no room for others beside them in a pass.
  bool fills_device(int64_t positions) const;

 private:
  at::Device device_;
  bool are_images_;
  bool base_rides_along_;
  int64_t work_positions_;  // of a group
  int64_t bytes_;  // that there are
  std::optional<int64_t> rows_;
  RowNeeds needs_;
  int64_t recorded_bytes_, replayed_bytes_;  // that a position needs
};

// Each row is trained on its statements `epochs` times, unless `wanted` says how often. columns: wanted.evaluated, encoded. Both
// outlive the result. Rows that cannot be measured have their reason in the matrix and are in no
// group.
std::vector<RecordedGroups> group_rows(Model& model, const WantedCells& wanted,
                                       const EncodedSamples& columns, int epochs,
                                       const ReplayLimits& limits, Matrix& matrix);

// These rows of a group, in ascending order, which are taken from it. Rows that have columns of
// their own are prepared anew, from those that group_rows() was given.
ReplayedGroup taken_from(at::Device device, const EncodedSamples& columns, ReplayedGroup& group,
                         const std::vector<size_t>& rows);

// The first and the second half of the rows of a group, of which there are at least two.
std::pair<ReplayedGroup, ReplayedGroup> split_group(at::Device device,
                                                    const EncodedSamples& columns,
                                                    ReplayedGroup group);

}  // namespace eif
