// Which blocks of cells share a row of the base model, where one rides along with each set of columns
// (difference_products.h).
//
// A base row is multiplied in float32, and so costs as much as several of the others. Blocks whose
// columns are mostly the same are therefore evaluated on the columns of all of them, where the base row
// that is saved is worth more than the nodes that nobody asked for.
#pragma once

#include <cstddef>
#include <vector>

#include "suite/engine/encoded_samples.h"
#include "suite/engine/wanted_cells.h"

namespace eif {

struct JoinedBlock {
  std::vector<size_t> columns;  // of all its blocks; ascending where there are several
  std::vector<const CellBlock*> blocks;
};

// Each block by itself.
std::vector<JoinedBlock> unjoined_blocks(const WantedCells& wanted);

// columns: wanted.evaluated, encoded. Texts only.
std::vector<JoinedBlock> joined_blocks(const WantedCells& wanted, const EncodedSamples& columns);

}  // namespace eif
