#include "reports/command_text.h"

#include <algorithm>
#include <cctype>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "suite/formats/printable.h"

namespace eif {
namespace {

bool is_plain(unsigned char byte) {
  constexpr std::string_view kHarmless = "-_./,=+@:%";
  return std::isalnum(byte) != 0 || kHarmless.find(static_cast<char>(byte)) != kHarmless.npos;
}

bool shows_everything(const std::string& text) { return printable(text, text.size()) == text; }

// $'…', byte by byte.
std::string with_escapes(const std::string& text) {
  std::string result = "$'";
  for (const char character : text) {
    const auto byte = static_cast<unsigned char>(character);
    if (character == '\'' || character == '\\') {
      absl::StrAppend(&result, "\\", std::string(1, character));
    } else if (byte >= 0x20 && byte < 0x7F) {
      result += character;
    } else {
      absl::StrAppendFormat(&result, "\\x%02x", byte);
    }
  }
  return result + "'";
}

}  // namespace

std::string shell_argument(const std::string& text) {
  if (!text.empty() && std::all_of(text.begin(), text.end(), is_plain)) return text;
  if (!shows_everything(text)) return with_escapes(text);
  return absl::StrCat("'", absl::StrReplaceAll(text, {{"'", "'\\''"}}), "'");
}

std::string command_text(const std::vector<std::string>& arguments) {
  return absl::StrJoin(arguments, " ", [](std::string* out, const std::string& argument) {
    *out += shell_argument(argument);
  });
}

}  // namespace eif
