// The cells that are measured exactly for the question which samples moved each query most.
#pragma once

#include <cstddef>
#include <vector>

#include "suite/engine/wanted_cells.h"

namespace eif {

// `rows[q]`: the trained samples that are wanted for query q (suite/core/strongest.h). The samples
// that no query wants are left out; those that the same queries want are one block.
WantedCells strongest_cells(const std::vector<Sample>& trained, const std::vector<Sample>& queries,
                            const std::vector<std::vector<size_t>>& rows);

}  // namespace eif
