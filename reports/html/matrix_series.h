// One matrix of a desideratum, as each seed measured it, and how it differs between two runs.
//
//   for (const MatrixSeries& series : matrix_series(run, matrices, result)) draw(series);
#pragma once

#include <cstdint>
#include <optional>
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
  std::string caption = {};           // empty: what its condition is called
  // What the influences of the first seed that was explained are made of, and the index of that seed.
  std::optional<Explanation> explanation = {};
  size_t explained = 0;
};

// Those of a result, in the order in which the run has them.
std::vector<MatrixSeries> matrix_series(const RunResult& run, const RunMatrices& matrices,
                                        const DesideratumResult& result);

// after − before, of the seeds that both have with the same rows and columns, each in units of its own
// run's self scale where both have one. The texts are those of `after`. Without seeds where none is
// in both.
MatrixSeries difference_of(const MatrixSeries& before, const MatrixSeries& after);

// Cell by cell over the seeds; a cell that one of them lacks is missing.
std::vector<double> mean_cells(const MatrixSeries& series);

}  // namespace eif
