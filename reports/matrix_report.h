// One matrix by itself, as `eif-suite matrix` prints it.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "eif/matrix.h"
#include "reports/report_format.h"
#include "suite/core/matrix_gap.h"
#include "suite/core/training_options.h"
#include "suite/formats/text_layout.h"

namespace eif {

// The same measured by another engine.
struct MatrixCheck {
  std::string engine;
  double measure_seconds = 0;  // wall time
  MatrixGap gap;               // of the matrix, from what that engine gives
};

struct MatrixContext {
  std::string model;
  std::string fingerprint;           // of its parameters
  double learning_rate = 0;          // not a number where nothing was learned (in context)
  std::string learning_rate_reason;  // "auto: …"; empty where the user chose it
  std::string engine;                // "in-context" where nothing was learned
  std::string unit;                  // of the cells: "nats/token" or "nats"
  double load_seconds = 0;           // wall time of loading the model, and of measuring
  double measure_seconds = 0;
  bool deterministic = false;  // measured so that the same call gives the same bits
  std::optional<MatrixCheck> check;
  std::optional<TrainingOptions> training;  // nothing where nothing was learned
  std::string dtype, precision, device;
  std::string mask = "both";  // where the prompts of prompted samples are not scored
  // The statements of each sample, by id.
  std::vector<std::pair<std::string, std::vector<std::string>>> texts = {};
  std::vector<std::pair<std::string, std::string>> facts = {};  // what the model says of itself
  size_t page_width = kPageWidth;                               // of the table
};

// {"model", "fingerprint", "facts": {…}, "lr", "lr_reason", "engine", "optimizer": {"name",
// "momentum", "weight_decay", "max_grad_norm", "epochs", "train_only": […], "freeze": […],
// "adapter": null or {"kind", "rank", "alpha", "targets": […], "seed"}}, "dtype", "precision", "device", "mask", "unit",
// "deterministic", "load_seconds", "measure_seconds", "ids", "eval_ids", "texts": {id: [statement, …]}, "base": […],
// "influence": [[…]]}; a row for each trained sample, numbers with all their digits. "lr" and
// "optimizer" are null where nothing was learned. Cells that could not be measured are null, and
// "row_errors" and "column_errors" say why, by id. With a check: "check": {"engine",
// "measure_seconds", "cells", "spearman", "largest_gap", "trained", "evaluated", "largest_cell"}.
std::string matrix_json(const MatrixContext& context, const Matrix& matrix);

// For a person: aligned columns in as many blocks as the page needs. All cells have as many
// decimals as show three digits of the largest cell and one digit of nine in ten; a cell that they
// would show as 0, and that is none, is written with an exponent.
std::string matrix_table(const MatrixContext& context, const Matrix& matrix);

// What a matrix can be written as.
using MatrixFormat = ReportFormat<MatrixContext, Matrix>;
std::span<const MatrixFormat> matrix_formats();

// Why a row, a column or a single cell could not be measured, a line each: the first `most` of
// them, and how many more there are. Nothing where all was measured.
std::vector<std::string> unmeasured_lines(const Matrix& matrix, size_t most = 10);

// One line about the check, which the context has.
std::string check_line(const MatrixContext& context);

}  // namespace eif
