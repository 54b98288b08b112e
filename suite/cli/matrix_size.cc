#include "suite/cli/matrix_size.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "suite/engine/memory.h"

namespace eif {
namespace {

constexpr uint64_t kCellBytes = 8;  // of a matrix, and of a product of two statements

// Of a cell in a document, with what the document is made of: a text of 17 digits; a JSON value and
// its text; two texts and their padding; a rectangle, its hint and its number.
uint64_t document_bytes(Reader reader) {
  switch (reader) {
    case Reader::kBinary:
      return 8;
    case Reader::kProgram:
      return 56;
    case Reader::kPicture:
      return 300;
    case Reader::kPerson:
      break;
  }
  return 96;
}

std::string size_text(uint64_t bytes) {
  const auto value = static_cast<double>(bytes);
  if (value < 1e9) return absl::StrFormat("%.3g MB", value / 1e6);
  return absl::StrFormat("%.3g GB", value / 1e9);
}

uint64_t statements_of(const std::vector<Sample>& samples) {
  uint64_t statements = 0;
  for (const Sample& sample : samples) statements += sample.statements.size();
  return statements;
}

}  // namespace

MatrixSize size_of(const std::vector<Sample>& trained, const std::vector<Sample>& evaluated) {
  return {.rows = trained.size(),
          .columns = evaluated.size(),
          .row_statements = statements_of(trained),
          .column_statements = statements_of(evaluated)};
}

uint64_t bytes_of(const MatrixSize& size) {
  const uint64_t cells = size.rows * size.columns;
  const uint64_t products =
      size.has_products ? size.row_statements * size.column_statements * size.parts : 0;
  return cells * (size.matrices * kCellBytes + document_bytes(size.reader)) + products * kCellBytes;
}

uint64_t available_bytes(uint64_t memory_option) {
  constexpr uint64_t kSmallest = 64'000'000;
  const auto free = static_cast<uint64_t>(free_memory_bytes(at::kCPU));
  return std::max(kSmallest, memory_option > 0 ? memory_option : free / 2);
}

absl::Status check_matrix_fits(const MatrixSize& size, uint64_t available) {
  const uint64_t bytes = bytes_of(size);
  if (bytes <= available) return absl::OkStatus();
  const char* const advice =
      size.reader == Reader::kBinary ? "take fewer samples" : "take fewer samples, or -o FILE.npy";
  return absl::InvalidArgumentError(absl::StrCat(
      size.matrices == 1 ? "a matrix" : absl::StrCat(size.matrices, " matrices"), " of ", size.rows,
      " × ", size.columns, " samples (", size.row_statements, " × ", size.column_statements,
      " statements) would take ", size_text(bytes), " with what is written, and ",
      size_text(available), " may be taken (--memory, or half of what is free); ", advice));
}

}  // namespace eif
