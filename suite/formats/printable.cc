#include "suite/formats/printable.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "suite/formats/utf8.h"

namespace eif {
namespace {

enum class Breaks { kEscaped, kKept };
enum class Quotes { kEscaped, kKept };

struct Range {
  char32_t first, last;
};

// Characters that show nothing themselves and change what is around them: controls (C0, DEL, C1),
// marks and overrides of direction, line and paragraph separators, invisible operators, the byte
// order mark, and tags. Joiners (U+200C, U+200D) stay: Persian and emoji are written with them.
constexpr Range kHidden[] = {{0x00, 0x1F},     {0x7F, 0x9F},     {0x200B, 0x200B},
                             {0x200E, 0x200F}, {0x2028, 0x202E}, {0x2060, 0x206F},
                             {0xFEFF, 0xFEFF}, {0xFFF9, 0xFFFB}, {0xE0000, 0xE007F}};

bool is_hidden(char32_t character) {
  return std::any_of(std::begin(kHidden), std::end(kHidden), [character](const Range& range) {
    return range.first <= character && character <= range.last;
  });
}

std::string escaped(char32_t character) {
  switch (character) {
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    case '\t':
      return "\\t";
    default:
      break;
  }
  const auto value = static_cast<uint32_t>(character);
  if (value < 0x80) return absl::StrFormat("\\x%02x", value);
  return value <= 0xFFFF ? absl::StrFormat("\\u%04x", value) : absl::StrFormat("\\U%08x", value);
}

// The character, or the byte that is none, that `text` begins with; `length`: its bytes.
std::string shown(std::string_view text, size_t length, Breaks breaks, Quotes quotes) {
  if (length == 0) return absl::StrFormat("\\x%02x", static_cast<unsigned char>(text.front()));
  const char32_t character = code_point(text);
  const bool is_break = character == '\n' || character == '\t';
  if (is_hidden(character) && !(is_break && breaks == Breaks::kKept)) return escaped(character);
  const std::string plain(text.substr(0, length));
  const bool is_quote = character == '"' || character == '\\';
  return is_quote && quotes == Quotes::kEscaped ? absl::StrCat("\\", plain) : plain;
}

// Red and bold, red, green, yellow, and none.
constexpr std::string_view kColors[] = {"\033[1;31m", "\033[31m", "\033[32m", "\033[33m",
                                        "\033[0m"};

std::string harmless(std::string_view text, Breaks breaks, Quotes quotes,
                     Colors colors = Colors::kEscaped) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    if (const size_t color = color_length(text); color > 0 && colors == Colors::kKept) {
      result += text.substr(0, color);
      text.remove_prefix(color);
      continue;
    }
    const size_t length = utf8_length(text);
    result += shown(text, length, breaks, quotes);
    text.remove_prefix(std::max<size_t>(length, 1));
  }
  return result;
}

bool continues_character(char byte) { return (byte & 0xC0) == 0x80; }

// Cut before the character that the byte at `end` belongs to.
std::string_view front_of(std::string_view text, size_t end) {
  if (end >= text.size()) return text;
  // A character has at most three more bytes; a text that is no UTF-8 is cut anywhere.
  for (int step = 0; step < 3 && end > 0 && continues_character(text[end]); ++step) --end;
  return text.substr(0, end);
}

std::string_view back_of(std::string_view text, size_t begin) {
  for (int step = 0; step < 3 && begin < text.size() && continues_character(text[begin]); ++step) {
    ++begin;
  }
  return text.substr(begin);
}

}  // namespace

// Lengths are of bytes: no character has less than one, so no more are shown than was promised.
std::string printable(std::string_view text, size_t longest, Colors colors) {
  if (text.size() <= longest) return harmless(text, Breaks::kEscaped, Quotes::kKept, colors);
  const size_t tail = longest / 4;
  const std::string_view front = front_of(text, longest - tail);
  const std::string_view back = back_of(text, text.size() - tail);
  return absl::StrCat(harmless(front, Breaks::kEscaped, Quotes::kKept, colors), " … (",
                      text.size() - front.size() - back.size(), " bytes left out) … ",
                      harmless(back, Breaks::kEscaped, Quotes::kKept, colors));
}

std::string printable_document(std::string_view text, Colors colors) {
  return harmless(text, Breaks::kKept, Quotes::kKept, colors);
}

size_t color_length(std::string_view text) {
  for (const std::string_view color : kColors) {
    if (text.starts_with(color)) return color.size();
  }
  return 0;
}

std::string in_quotes(std::string_view text, size_t longest) {
  const std::string_view front = front_of(text, longest);
  return absl::StrCat("\"", harmless(front, Breaks::kEscaped, Quotes::kEscaped),
                      front.size() < text.size() ? "…" : "", "\"");
}

}  // namespace eif
