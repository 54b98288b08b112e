#include "reports/figures/png.h"

#include <zlib.h>

#include <string_view>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace eif {
namespace {

std::string big_endian(uint32_t value) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift);
  return bytes;
}

std::string chunk(const std::string& type, const std::string& data) {
  const std::string content = type + data;
  const uLong sum =
      crc32(0, reinterpret_cast<const Bytef*>(content.data()), static_cast<uInt>(content.size()));
  return absl::StrCat(big_endian(static_cast<uint32_t>(data.size())), content,
                      big_endian(static_cast<uint32_t>(sum)));
}

std::string header_of(const IndexedPicture& picture) {
  // Eight bits a pixel, colours of a palette; deflate, no filter but "none", not interlaced.
  constexpr std::string_view kKind("\x08\x03\x00\x00\x00", 5);
  return absl::StrCat(big_endian(static_cast<uint32_t>(picture.width)),
                      big_endian(static_cast<uint32_t>(picture.height)), std::string(kKind));
}

std::string palette_of(const IndexedPicture& picture) {
  std::string colors;
  for (const std::string& color : picture.palette) {
    colors += absl::HexStringToBytes(color.substr(1));
  }
  return colors;
}

// Each line begins with its filter, 0.
std::string lines_of(const IndexedPicture& picture) {
  std::string lines;
  for (size_t row = 0; row < picture.height; ++row) {
    lines += '\0';
    for (size_t column = 0; column < picture.width; ++column) {
      lines += static_cast<char>(picture.pixels[row * picture.width + column]);
    }
  }
  return lines;
}

std::string compressed(const std::string& bytes) {
  uLongf size = compressBound(static_cast<uLong>(bytes.size()));
  std::string result(size, '\0');
  // It fails only where memory or room does not suffice, and there is room.
  compress2(reinterpret_cast<Bytef*>(result.data()), &size,
            reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uLong>(bytes.size()),
            Z_BEST_COMPRESSION);
  result.resize(size);
  return result;
}

}  // namespace

std::string png_bytes(const IndexedPicture& picture) {
  constexpr std::string_view kSignature("\x89PNG\r\n\x1a\n", 8);
  return absl::StrCat(std::string(kSignature), chunk("IHDR", header_of(picture)),
                      chunk("PLTE", palette_of(picture)),
                      chunk("IDAT", compressed(lines_of(picture))), chunk("IEND", ""));
}

}  // namespace eif
