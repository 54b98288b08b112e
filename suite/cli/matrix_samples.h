// The samples of a matrix: its rows and its columns.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "eif/domain.h"
#include "suite/cli/matrix_options.h"

namespace eif {

struct MatrixSamples {
  std::vector<Sample> trained, evaluated;
};

// As the options name them, with prompts scored where --mask says so. kInvalidArgument: a file has
// none, or names two texts alike.
absl::StatusOr<MatrixSamples> read_matrix_samples(const MatrixOptions& options);

// Those that an engine is checked on: `count` of what is trained on, from all over it (0: all), on
// all queries, or else on themselves.
MatrixSamples checked_samples(const MatrixOptions& options, const MatrixSamples& samples);

// The statements of each sample, by id; each id once.
std::vector<std::pair<std::string, std::vector<std::string>>> texts_of(
    const std::vector<Sample>& trained, const std::vector<Sample>& evaluated);

}  // namespace eif
