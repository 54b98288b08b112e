// Which statements are recorded together, and which of these batches stay in memory while others
// pass by (statement_products.h).
#pragma once

#include <cstdint>
#include <vector>

#include "suite/engine/batching.h"
#include "suite/engine/distinct_statements.h"

namespace eif {

// Statements that are recorded together. Either all of them are trained on, or none, and likewise
// evaluated.
struct StatementBatch {
  std::vector<int64_t> statements;
  bool trained = false, evaluated = false;
};

// Which statements stay in memory while the others pass by.
enum class Resident { kTrained, kEvaluated };

// Those of which there are fewer, so that the others are recorded in fewer rounds.
Resident resident_end(const DistinctStatements& statements);

// Batches that only stay come first, those that only pass by last.
std::vector<StatementBatch> batches_of(const DistinctStatements& statements, Resident resident,
                                       const BatchLimits& limits);

}  // namespace eif
