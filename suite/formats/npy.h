// Matrices for numpy.load: the .npy format, version 1.0, float64.
//
//   std::vector<double> values = {1, 2, 3, 4, 5, 6};
//   write_file_atomically("matrix.npy", npy_bytes(2, 3, values));
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace eif {

// The whole content of a file. `values` are row-major, exactly rows * columns; NaN and infinities
// are kept.
std::string npy_bytes(size_t rows, size_t columns, std::span<const double> values);

// The values of a file that npy_bytes() made for so many rows and columns. kInvalidArgument: it is
// another file.
absl::StatusOr<std::vector<double>> npy_values(std::string_view content, size_t rows,
                                               size_t columns);

}  // namespace eif
