#include "reports/markdown_text.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "suite/formats/printable.h"

namespace eif {
namespace {

// An "@" or "#" calls a person or an issue after the text was rendered, so that no backslash helps;
// within code neither does.
enum class References { kInCode, kPlain };

bool is_letter_or_digit(std::string_view text, size_t at) {
  return at < text.size() && absl::ascii_isalnum(static_cast<unsigned char>(text[at]));
}

// Whether the character at `at` may be more than itself.
bool is_markup(std::string_view text, size_t at) {
  switch (text[at]) {
    case ':':  // makes an address of http://x
      return text.substr(at + 1, 2) == "//";
    case '.':  // and of www.x
      return at >= 3 && absl::EqualsIgnoreCase(std::string(text.substr(at - 3, 3)), "www");
    case '_':  // within a word it is a letter
      return !(at > 0 && is_letter_or_digit(text, at - 1) && is_letter_or_digit(text, at + 1));
    default:
      constexpr std::string_view kMarkup = "\\`*{}[]|~$";
      return kMarkup.find(text[at]) != kMarkup.npos;
  }
}

std::string escaped(std::string_view text, References references) {
  const std::string shown = printable(text);
  std::string result;
  for (size_t i = 0; i < shown.size(); ++i) {
    const char character = shown[i];
    if (character == '<') {
      result += "&lt;";
    } else if (character == '>') {
      result += "&gt;";
    } else if (character == '&') {
      result += "&amp;";
    } else if (character == '@' || character == '#') {
      absl::StrAppend(&result, references == References::kInCode ? "<code>" : "",
                      character == '#' ? "\\#" : "@",
                      references == References::kInCode ? "</code>" : "");
    } else {
      if (is_markup(shown, i)) result += '\\';
      result += character;
    }
  }
  return result;
}

size_t longest_run_of(char wanted, std::string_view text) {
  size_t longest = 0;
  size_t length = 0;
  for (const char character : text) {
    length = character == wanted ? length + 1 : 0;
    longest = std::max(longest, length);
  }
  return longest;
}

}  // namespace

std::string markdown_text(std::string_view text) { return escaped(text, References::kInCode); }

std::string markdown_code(std::string_view text) {
  return absl::StrCat("<code>", escaped(text, References::kPlain), "</code>");
}

std::string markdown_block(std::string_view text) {
  const std::string shown = printable_document(text);
  const std::string fence(std::max<size_t>(3, longest_run_of('`', shown) + 1), '`');
  return absl::StrCat(fence, "\n", shown, "\n", fence, "\n");
}

}  // namespace eif
