#include "suite/formats/npy.h"

#include <bit>
#include <cassert>
#include <cstring>
#include <string_view>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace eif {

namespace {

// Everything in front of the values.
// Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
std::string npy_header(size_t rows, size_t columns) {
  static_assert(std::endian::native == std::endian::little, "'<f8' below says little-endian");
  constexpr std::string_view kMagicAndVersion("\x93NUMPY\x01\x00", 8);
  constexpr size_t kPrefix = kMagicAndVersion.size() + 2;  // and the length of the dictionary
  constexpr size_t kAlignment = 64;  // of the first value, so that the file can be mapped
  std::string dictionary = absl::StrCat("{'descr': '<f8', 'fortran_order': False, 'shape': (", rows,
                                        ", ", columns, "), }");
  const size_t unpadded = kPrefix + dictionary.size() + 1;
  dictionary.append((kAlignment - unpadded % kAlignment) % kAlignment, ' ');
  dictionary += '\n';

  std::string header(kMagicAndVersion);
  header += static_cast<char>(dictionary.size() & 0xff);
  header += static_cast<char>(dictionary.size() >> 8);
  return header + dictionary;
}

}  // namespace

std::string npy_bytes(size_t rows, size_t columns, std::span<const double> values) {
  assert(values.size() == rows * columns);
  std::string content = npy_header(rows, columns);
  content.append(reinterpret_cast<const char*>(values.data()), values.size_bytes());
  return content;
}

absl::StatusOr<std::vector<double>> npy_values(std::string_view content, size_t rows,
                                               size_t columns) {
  const std::string header = npy_header(rows, columns);
  if (!content.starts_with(header) ||
      content.size() - header.size() != rows * columns * sizeof(double)) {
    return absl::InvalidArgumentError(
        absl::StrCat("it is no .npy of ", rows, " × ", columns, " float64 values"));
  }
  std::vector<double> values(rows * columns);
  std::memcpy(values.data(), content.data() + header.size(), values.size() * sizeof(double));
  return values;
}

}  // namespace eif
