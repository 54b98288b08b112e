// One measured matrix as two files: NAME.npy for numpy.load, and NAME.csv with the ids.
#pragma once

#include <filesystem>

#include "absl/status/status.h"
#include "eif/matrix.h"

namespace eif {

// First row of the CSV: the evaluated ids; second row, "base_loss": their losses at the base
// weights; then a row for each trained sample. Cells that could not be measured are empty.
std::string matrix_csv(const Matrix& matrix);

// Writes `stem`.npy and `stem`.csv, each in one step.
absl::Status write_matrix_files(const std::filesystem::path& stem, const Matrix& matrix);

}  // namespace eif
