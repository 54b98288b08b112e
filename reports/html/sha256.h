// SHA-256 (FIPS 180-4), as a page's Content-Security-Policy names what may run on it. For that
// alone: digests of files are made by suite/formats/digest.h.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace eif {

std::array<uint8_t, 32> sha256(std::string_view bytes);

}  // namespace eif
