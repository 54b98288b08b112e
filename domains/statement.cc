#include "domains/statement.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "suite/formats/utf8.h"

namespace eif {
namespace {

bool is_name(std::string_view name) {
  return !name.empty() && absl::ascii_isalpha(static_cast<unsigned char>(name.front())) &&
         std::all_of(name.begin(), name.end(),
                     [](unsigned char c) { return absl::ascii_isalnum(c) || c == '_'; });
}

absl::Status error(std::string_view statement, const std::string& what) {
  return absl::InvalidArgumentError(
      absl::StrCat("\"", std::string(statement), "\": ", what,
                   "; a placeholder is written {name}, a brace itself {{ or }}"));
}

enum class LineBreaks { kAllowed, kRefused };

absl::Status check_text(std::string_view text, LineBreaks line_breaks) {
  if (text.size() > kMaxStatementBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("has ", text.size(), " bytes; at most ", kMaxStatementBytes, " are allowed"));
  }
  if (const std::optional<size_t> bad = first_invalid_utf8(text)) {
    return absl::InvalidArgumentError(
        absl::StrCat("is not UTF-8 from byte ", *bad + 1, "; save the file as UTF-8"));
  }
  for (const unsigned char c : text) {
    const bool is_break = c == '\n' || c == '\r';
    if (is_break && line_breaks == LineBreaks::kRefused) {
      return absl::InvalidArgumentError("has a line break; expected one line of text");
    }
    if (absl::ascii_iscntrl(c) && !is_break && c != '\t') {
      return absl::InvalidArgumentError("has a control character; expected text");
    }
  }
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) {
    return absl::InvalidArgumentError("is blank; expected text");
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status check_statement(std::string_view statement) {
  return check_text(statement, LineBreaks::kAllowed);
}

absl::Status check_line(std::string_view line) { return check_text(line, LineBreaks::kRefused); }

absl::StatusOr<std::vector<StatementPart>> split_statement(std::string_view statement) {
  std::vector<StatementPart> parts;
  std::string text;
  const auto end_text = [&] {
    if (!text.empty()) parts.push_back({.placeholder = false, .text = std::exchange(text, {})});
  };
  for (size_t i = 0; i < statement.size(); ++i) {
    const char c = statement[i];
    if (c != '{' && c != '}') {
      text += c;
    } else if (i + 1 < statement.size() && statement[i + 1] == c) {
      text += c;
      ++i;
    } else if (c == '}') {
      return error(statement, absl::StrCat("the } at byte ", i + 1, " closes nothing"));
    } else {
      const size_t close = statement.find('}', i);
      if (close == std::string_view::npos) {
        return error(statement, absl::StrCat("the { at byte ", i + 1, " is not closed"));
      }
      const std::string name(statement.substr(i + 1, close - i - 1));
      if (!is_name(name)) {
        return error(statement,
                     absl::StrCat("\"", name,
                                  "\" is no placeholder name, which is a letter and then "
                                  "letters, digits or _"));
      }
      end_text();
      parts.push_back({.placeholder = true, .text = name});
      i = close;
    }
  }
  end_text();
  return parts;
}

std::string escape_braces(std::string_view text) {
  std::string escaped;
  for (const char c : text) escaped.append(c == '{' || c == '}' ? 2 : 1, c);
  return escaped;
}

}  // namespace eif
