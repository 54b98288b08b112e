// The samples that moved each query most, as `eif-suite matrix --top` prints them.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "eif/matrix.h"
#include "reports/matrix_context.h"
#include "reports/report_format.h"
#include "suite/core/strongest.h"

namespace eif {

struct StrongestReport {
  // How the exact influences were measured; its texts are of the samples that are named here.
  MatrixContext context;
  std::string first_order_engine;
  double first_order_seconds = 0;  // wall time of measuring
  Matrix first_order;              // of all samples on all queries
  StrongestInfluences found;
};

// For a person: a block for each query, a line for each sample, with as much of its text as the
// page has room for.
std::string strongest_table(const StrongestReport& report);

// query,rank,sample,FIRST_ORDER_ENGINE,ENGINE
std::string strongest_csv(const StrongestReport& report);

// The circumstances (matrix_context.h), "measure_seconds" being those of the exact engine, and
// {"trained", "first_order_engine", "first_order_seconds", "pairs", "spearman", "queries": [{"id",
// "base_loss", "spearman", "strongest": [{"id", "first_order", "exact", "error"}]}]}; numbers with
// all their digits, null where there is none, and "error" only where there is one. "row_errors" and
// "column_errors" as of a matrix: samples that could not be measured are in no ranking.
std::string strongest_json(const StrongestReport& report);

// Why something is missing, a line each; nothing where all was measured.
std::vector<std::string> unmeasured_lines(const StrongestReport& report);

using StrongestFormat = ReportFormat<StrongestReport>;
std::span<const StrongestFormat> strongest_formats();

}  // namespace eif
