// Regular expressions of tokenizer.json files are written for the Oniguruma library (its Ruby
// syntax). Much of it is also what PCRE2 understands, but not all of that means the same there:
//
//   to_pcre2(R"(\s+)")    "[\x09-\x0D\x20\x{85}…]+", because PCRE2's \s has U+180E as well
//   to_pcre2("(?m:.)")   refused: in Ruby the dot matches a newline then, in Perl it does not
//
// So a pattern is read piece by piece. Pieces that mean the same pass, those that have an
// equivalent are rewritten, and everything else is refused by name rather than left to chance.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace eif::tokenizer {

// For compilation with UTF, UCP and MULTILINE (Ruby's ^ and $ always stand at lines) and the
// newline LF. `pattern` is UTF-8. kUnimplemented: names the construct and its byte offset.
absl::StatusOr<std::string> to_pcre2(std::string_view pattern);

}  // namespace eif::tokenizer
