// Which cells of an influence matrix are to be measured.
#pragma once

#include <cstddef>
#include <numeric>
#include <utility>
#include <vector>

#include "eif/domain.h"

namespace eif {

// Rows that are evaluated on the same columns: indices into WantedCells::trained and ::evaluated.
struct CellBlock {
  std::vector<size_t> rows;
  std::vector<size_t> columns;
};

// What is wanted are the cells of all blocks. A row is in one block at most. What blocks share is
// done once: the loss of an evaluated sample under the base weights, and passes over training
// samples.
struct WantedCells {
  std::vector<Sample> trained;
  std::vector<Sample> evaluated;
  std::vector<CellBlock> blocks;
  // How many passes each of `trained` takes over its statements, at least one, in this order; empty:
  // as many as TrainingOptions::epochs says. So one sample may be there after 1, 2 and 5 passes.
  // Rows of a block that differ in this alone stand next to each other, fewer passes first: engines
  // then train them once.
  std::vector<int> passes = {};

  int passes_of(size_t row, int epochs) const { return passes.empty() ? epochs : passes[row]; }

  size_t rows() const {
    size_t count = 0;
    for (const CellBlock& block : blocks) count += block.rows.size();
    return count;
  }

  std::vector<Sample> evaluated_in(const CellBlock& block) const {
    std::vector<Sample> samples;
    for (const size_t column : block.columns) samples.push_back(evaluated[column]);
    return samples;
  }
};

inline WantedCells all_cells(std::vector<Sample> trained, std::vector<Sample> evaluated) {
  CellBlock block{std::vector<size_t>(trained.size()), std::vector<size_t>(evaluated.size())};
  std::iota(block.rows.begin(), block.rows.end(), 0);
  std::iota(block.columns.begin(), block.columns.end(), 0);
  return {std::move(trained), std::move(evaluated), {std::move(block)}};
}

}  // namespace eif
