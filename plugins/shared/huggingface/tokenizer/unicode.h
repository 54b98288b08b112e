// What the tokenizer needs to know about Unicode: UTF-8, three classes of characters and NFC.
//
// Classes are those of ICU (Unicode 15 in ICU 72); characters that later versions assign belong to
// none. The classes of characters that are assigned already do not change between versions.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace eif::tokenizer {

// The offset of the first byte that is not part of well-formed UTF-8.
std::optional<size_t> first_invalid_utf8(std::string_view text);

struct Character {
  char32_t code_point;
  size_t bytes;
};
// The character that starts at, or ends before, a byte of well-formed UTF-8.
Character character_at(std::string_view text, size_t begin);
Character character_before(std::string_view text, size_t end);  // end > 0

bool is_numeric(char32_t code_point);      // general categories Nd, Nl and No
bool is_white_space(char32_t code_point);  // the property White_Space
// \w of the Rust regex library: letters, marks, decimal digits, connector punctuation, joiners.
bool is_word(char32_t code_point);

// Normalization Form C as the Hugging Face library has it: with the data of Unicode 9.0, in which
// later characters neither decompose nor are reordered.
absl::StatusOr<std::string> nfc(std::string_view text);

}  // namespace eif::tokenizer
