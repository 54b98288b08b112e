// How much memory a matrix takes, before anything is loaded for it.
//
//   absl::Status fits = check_matrix_fits(size_of(trained, evaluated), bytes_there_are);
//   // "a matrix of 90000 × 90000 samples (90000 × 90000 statements) would take 518 GB …"
#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "eif/domain.h"
#include "reports/report_format.h"

namespace eif {

struct MatrixSize {
  uint64_t rows = 0, columns = 0;
  uint64_t row_statements = 0, column_statements = 0;  // of all samples
  // The engine keeps the product of each two statements, over so many parts of the parameters.
  bool has_products = false;
  uint64_t parts = 1;
  Reader reader = Reader::kPerson;  // of what it is written as
  uint64_t matrices = 1;            // of other engines and learning rates, too
};

MatrixSize size_of(const std::vector<Sample>& trained, const std::vector<Sample>& evaluated);

// Bytes that the cells take while they are measured and written.
uint64_t bytes_of(const MatrixSize& size);

// What they may take: what --memory gives, or else (0) half of what is free; never less than what
// is no matter, however little an engine is told to make do with.
uint64_t available_bytes(uint64_t memory_option);

// kInvalidArgument: they do not fit into `available` bytes. Says what is too large, and what to do.
absl::Status check_matrix_fits(const MatrixSize& size, uint64_t available);

}  // namespace eif
