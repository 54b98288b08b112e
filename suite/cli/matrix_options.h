// What `eif-suite matrix` is asked for.
#pragma once

#include <CLI/App.hpp>
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "suite/cli/format_option.h"
#include "suite/core/run_request.h"

namespace eif {

// What finds the samples of --top: a pair costs it a product, and no forward pass.
inline constexpr char kTopEngine[] = "linear";

struct MatrixOptions {
  std::string model;
  std::string samples_file, domain;    // rows and columns alike; one of the two,
  std::string train_file, query_file;  // or rows and columns of their own
  uint64_t seed = 0;                   // of the domain
  bool in_context = false;
  bool explain = false;  // say which parameters and tokens the influences are of
  size_t top = 0;  // the samples that moved each query most, so many of them; 0: the whole matrix
  FormatOptions output;
  std::string check_engine;  // empty: no check
  size_t check_samples = 0;  // 0: all
  RunRequest request;

  bool has_queries() const { return !query_file.empty(); }
};

void add_matrix_options(CLI::App& command, MatrixOptions& options);

// kInvalidArgument: options that do not go together. Call it when the request was resolved.
absl::Status check_combination(const MatrixOptions& options);

}  // namespace eif
