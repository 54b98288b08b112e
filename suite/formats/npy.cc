#include "suite/formats/npy.h"

#include <bit>
#include <cassert>
#include <string_view>

#include "absl/strings/str_cat.h"

namespace eif {

// Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
std::string npy_bytes(size_t rows, size_t columns, std::span<const double> values) {
  static_assert(std::endian::native == std::endian::little, "'<f8' below says little-endian");
  assert(values.size() == rows * columns);

  constexpr std::string_view kMagicAndVersion("\x93NUMPY\x01\x00", 8);
  constexpr size_t kPrefix = kMagicAndVersion.size() + 2;  // and the length of the dictionary
  constexpr size_t kAlignment = 64;  // of the first value, so that the file can be mapped
  std::string dictionary = absl::StrCat("{'descr': '<f8', 'fortran_order': False, 'shape': (", rows,
                                        ", ", columns, "), }");
  const size_t unpadded = kPrefix + dictionary.size() + 1;
  dictionary.append((kAlignment - unpadded % kAlignment) % kAlignment, ' ');
  dictionary += '\n';

  std::string content(kMagicAndVersion);
  content += static_cast<char>(dictionary.size() & 0xff);
  content += static_cast<char>(dictionary.size() >> 8);
  content += dictionary;
  content.append(reinterpret_cast<const char*>(values.data()), values.size_bytes());
  return content;
}

}  // namespace eif
