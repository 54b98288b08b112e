// How deep a TOML text is nested, known before it is parsed: toml++ reads and frees nested values
// by recursion, and a key such as a.a.a.… makes a table of each of its parts.
//
//   if (const std::optional<int> line = line_nested_too_deep(text)) {
//     return absl::InvalidArgumentError(absl::StrCat(file, ":", *line, ": ", kNestedTooDeep));
//   }
//   toml::parse(text, file);
#pragma once

#include <optional>
#include <string_view>

namespace eif {

// The line, from 1, on which open brackets and dots in keys come to more than 32; nothing where no
// line does. Of a text that is no TOML, this holds up to its first error.
std::optional<int> line_nested_too_deep(std::string_view toml);

// What is to be said about that line.
inline constexpr char kNestedTooDeep[] =
    "tables and lists are nested deeper than 32 levels; write them flatter, a dot in a key counts "
    "as "
    "a level";

}  // namespace eif
