// One matrix by itself, as `eif-suite matrix` prints it.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "eif/matrix.h"
#include "reports/matrix_context.h"
#include "reports/report_format.h"

namespace eif {

// The circumstances (matrix_context.h), and {"ids", "eval_ids", "base": […], "influence": [[…]]}; a
// row for each trained sample, numbers with all their digits. Cells that could not be measured are
// null, and "row_errors" and "column_errors" say why, by id. With a check: "check": {"engine",
// "measure_seconds", "cells", "spearman", "largest_gap", "trained", "evaluated", "largest_cell"}. With an
// explanation: "explanation" (explanation_json.h).
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
