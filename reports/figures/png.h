// Pictures of few colours as PNG (RFC 2083), a byte for each pixel before it is compressed.
//
//   const std::string bytes = png_bytes({.width = 2, .height = 1, .pixels = {0, 1},
//                                        .palette = {"#ffffff", "#b2182b"}});
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace eif {

struct IndexedPicture {
  size_t width = 0, height = 0;      // above 0
  std::vector<uint8_t> pixels;       // row-major; each the index of a colour
  std::vector<std::string> palette;  // "#rrggbb", at most 256
};

std::string png_bytes(const IndexedPicture& picture);

}  // namespace eif
