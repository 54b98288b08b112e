// One matrix of a desideratum, as each seed measured it.
//
//   for (const MatrixSeries& series : matrix_series(run, matrices, result)) draw(series);
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "suite/core/run_result.h"
#include "suite/core/run_store.h"

namespace eif {

struct MatrixSeries {
  std::string request;
  Condition condition = Condition::kFineTuning;
  std::string unit;  // of the cells
  // What a sample of the matrix's domain does for itself, in that unit; NaN where cells are
  // distances, or the run has none.
  double self_scale = Matrix::kUnmeasured;
  std::vector<MeasuredMatrix> seeds;  // ascending, of one shape and with the same ids
  std::vector<uint64_t> left_out;     // seeds whose matrix has other rows or columns
  std::string error;                  // why a matrix could not be read; the others are there
};

// Those of a result, in the order in which the run has them.
std::vector<MatrixSeries> matrix_series(const RunResult& run, const RunMatrices& matrices,
                                        const DesideratumResult& result);

// Cell by cell over the seeds; a cell that one of them lacks is missing.
std::vector<double> mean_cells(const MatrixSeries& series);

}  // namespace eif
