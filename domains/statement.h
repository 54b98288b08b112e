// What a statement of text may be, and its syntax where it has placeholders: "all {pimjon}s".
//
//   split_statement("all {pimjon}s") → [text "all "] [placeholder "pimjon"] [text "s"]
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace eif {

// A context of 4096 tokens holds about as much English.
inline constexpr size_t kMaxStatementBytes = 16384;

// A statement is text in UTF-8: not blank, no control characters but tabs and line breaks (a
// paragraph, a dialogue, a piece of a program), at most kMaxStatementBytes. kInvalidArgument: it is
// not; the message has a verb and no subject, "is blank".
absl::Status check_statement(std::string_view statement);

// The same for what has to stand on one line: ids, descriptions, claims.
absl::Status check_line(std::string_view line);

struct StatementPart {
  bool placeholder = false;
  std::string text;  // a placeholder's name, without its braces
  bool operator==(const StatementPart&) const = default;
};

// Two braces of a kind stand for one as text. kInvalidArgument: a brace without its partner, or a
// name that is not [A-Za-z][A-Za-z0-9_]*.
absl::StatusOr<std::vector<StatementPart>> split_statement(std::string_view statement);

// The reverse for text: split_statement(escape_braces(text)) is `text` again, without placeholders.
std::string escape_braces(std::string_view text);

}  // namespace eif
