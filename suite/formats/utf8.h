// UTF-8, byte by byte: where a text that claims to be UTF-8 is not.
//
//   if (const auto bad = first_invalid_utf8(text)) …  // text[*bad] begins no character
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace eif {

// Bytes of the character that `text` begins with; 0 if it begins with none. Overlong forms,
// surrogates and values above U+10FFFF are no characters.
size_t utf8_length(std::string_view text);

// Index of the first byte that begins no character.
std::optional<size_t> first_invalid_utf8(std::string_view text);

// The code point of the character that `text` begins with, which is there.
char32_t code_point(std::string_view text);

}  // namespace eif
