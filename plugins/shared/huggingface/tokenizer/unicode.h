// What the tokenizer needs to know about Unicode: UTF-8, classes of characters, lower case and
// normalization forms.
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

// ASCII's and, as the Hugging Face library has it, what Unicode 8.0 calls punctuation.
bool is_punctuation(char32_t code_point);

// Each character in lower case by itself, so that a final sigma is like any other.
std::string lowercase(std::string_view text);

// Normalization forms as the Hugging Face library has them: with the data of Unicode 9.0, in which
// later characters neither decompose nor are reordered.
enum class NormalizationForm { kNfc, kNfd, kNfkc, kNfkd };
absl::StatusOr<std::string> normalized(std::string_view text, NormalizationForm form);

}  // namespace eif::tokenizer
