// A matrix of a run as files that it can be read from again: the two of reports/matrix_files.h, and
// NAME.json, which says what the matrix is of: model, desideratum, seed, condition and request, the
// samples of its rows and columns with their texts (of images the labels), base losses, and why
// cells are missing.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "suite/core/run_store.h"

namespace eif {

// Writes `stem`.npy, .csv and .json. Returns a digest of what is needed to read it again.
absl::StatusOr<std::string> write_measured_matrix(const std::filesystem::path& stem,
                                                  const MeasuredMatrix& measured);

// kNotFound: a file is missing. kDataLoss: they are not those that the record is of.
absl::StatusOr<MeasuredMatrix> read_measured_matrix(const std::filesystem::path& stem,
                                                    const MatrixRecord& record);

// Several of them in one text, with what is needed to read them again.
std::string measured_matrices_json(const std::vector<MeasuredMatrix>& matrices);

// kInvalidArgument, kDataLoss: that is no such text. `subject` is its name in messages. Of a key it
// has condition, request, dose and passes.
absl::StatusOr<std::vector<MeasuredMatrix>> parse_measured_matrices(const std::string& text,
                                                                    const std::string& subject);

}  // namespace eif
