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

}  // namespace

MatrixSize size_of(const std::vector<Sample>& samples) {
  MatrixSize size{.samples = samples.size()};
  for (const Sample& sample : samples) size.statements += sample.statements.size();
  return size;
}

uint64_t bytes_of(const MatrixSize& size) {
  const uint64_t cells = size.samples * size.samples;
  const uint64_t products = size.has_products ? size.statements * size.statements : 0;
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
  return absl::InvalidArgumentError(absl::StrCat(
      size.matrices == 1 ? "a matrix" : absl::StrCat(size.matrices, " matrices"), " of ",
      size.samples, " × ", size.samples, " samples (", size.statements, " statements) would take ",
      size_text(bytes), " with what is written, and ", size_text(available),
      " may be taken (--memory, or half of what is free); take fewer samples, or -o FILE.npy"));
}

}  // namespace eif
