// One matrix by itself, as `eif-suite matrix` prints it.
#pragma once

#include <optional>
#include <string>

#include "eif/matrix.h"
#include "suite/core/matrix_gap.h"

namespace eif {

// The same measured by another engine.
struct MatrixCheck {
  std::string engine;
  double measure_seconds = 0;  // wall time
  MatrixGap gap;               // of the matrix, from what that engine gives
};

struct MatrixContext {
  std::string model;
  double learning_rate = 0;          // not a number where nothing was learned (in context)
  std::string learning_rate_reason;  // "auto: …"; empty where the user chose it
  std::string engine;                // "in-context" where nothing was learned
  std::string unit;                  // of the cells: "nats/token" or "nats"
  double load_seconds = 0;           // wall time of loading the model, and of measuring
  double measure_seconds = 0;
  bool deterministic = false;  // measured so that the same call gives the same bits
  std::optional<MatrixCheck> check;
};

// {"model", "lr", "lr_reason", "engine", "unit", "deterministic", "load_seconds",
// "measure_seconds", "ids", "eval_ids", "base": […], "influence": [[…]]}; a row for each trained
// sample, numbers with all their digits. Cells that could not be measured are null, and
// "row_errors" and "column_errors" say why, by id. With a check: "check": {"engine",
// "measure_seconds", "cells", "spearman", "largest_gap", "trained", "evaluated", "largest_cell"}.
std::string matrix_json(const MatrixContext& context, const Matrix& matrix);

// For a person: aligned columns, three digits of the largest cell.
std::string matrix_table(const MatrixContext& context, const Matrix& matrix);

// One line about the check, which the context has.
std::string check_line(const MatrixContext& context);

}  // namespace eif
