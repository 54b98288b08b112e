// Text of files, plugins and users, made fit for a terminal and a log: what would move the cursor,
// change colours or the title of the window, begin a new line, or run backwards is shown escaped,
// and what is long is shortened.
//
//   printable("a\33[2J\nb")     // a\x1b[2J\nb, on one line
//   in_quotes(name)                // "…", in a message about a file
//
// Whatever the program prints goes through it (suite/cli/output.h), so a message needs it only
// where a part of the message must be short.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace eif {

// Characters of one line: a message with two long paths and a list of names.
inline constexpr size_t kLongestLine = 4000;
// Characters of one name within a message: more tell no more.
inline constexpr size_t kLongestName = 100;

// The sequences that set a colour of a report, and nothing else, may be let through.
enum class Colors { kEscaped, kKept };

// One line. Of more than `longest` characters the middle is left out: the end of a message says
// what to do.
std::string printable(std::string_view text, size_t longest = kLongestLine,
                      Colors colors = Colors::kEscaped);

// A document of several lines, whole: line breaks and tabs stay.
std::string printable_document(std::string_view text, Colors colors = Colors::kEscaped);

// Bytes of the sequence that `text` begins with, if that sets a colour of a report; 0 otherwise.
size_t color_length(std::string_view text);

// In quotes, at most `longest` characters of it; quotes and backslashes within are escaped.
std::string in_quotes(std::string_view text, size_t longest = kLongestName);

}  // namespace eif
