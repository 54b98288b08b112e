// One matrix by itself, as `eif-suite matrix` prints it.
#pragma once

#include <string>

#include "eif/matrix.h"

namespace eif {

struct MatrixContext {
  std::string model;
  double learning_rate = 0;          // not a number where nothing was learned (in context)
  std::string learning_rate_reason;  // "auto: …"; empty where the user chose it
  std::string engine;                // "in-context" where nothing was learned
  std::string unit;                  // of the cells: "nats/token" or "nats"
  double load_seconds = 0;           // wall time of loading the model, and of measuring
  double measure_seconds = 0;
};

// {"model", "lr", "lr_reason", "engine", "unit", "load_seconds", "measure_seconds", "ids",
// "eval_ids", "base": […], "influence": [[…]]}; a row for each trained sample, numbers with all
// their digits. Cells that could not be measured are null, and "row_errors" and "column_errors" say
// why, by id.
std::string matrix_json(const MatrixContext& context, const Matrix& matrix);

// For a person: aligned columns, three decimals.
std::string matrix_table(const MatrixContext& context, const Matrix& matrix);

}  // namespace eif
