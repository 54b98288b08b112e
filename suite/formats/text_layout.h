// Text for a page or a terminal of a given width: paragraphs and tables.
//
//   wrapped("a long sentence …", {.indent = 4, .width = 80})
//   table({{"", "fact"}, {"fact", "0.75"}, {"negation", "-0.02"}}, 80)
//   //      fact  negation
//   // fact  0.75     -0.02
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace eif {

// What a page has where nobody says how wide it is.
inline constexpr size_t kPageWidth = 80;

// Columns of a terminal that it takes, but for characters of double width. Colours take none.
size_t width_of(std::string_view text);

// Spaces that fill `text` up to `width` columns.
std::string padding(std::string_view text, size_t width);

struct Lines {
  size_t indent = 0;  // of all lines but the first, whose beginning is the caller's
  size_t first = 0;   // columns of the first line that are taken
  size_t width = kPageWidth;
};

// `text` with a full stop at its end, where it has none, so that another sentence may follow.
std::string sentence(std::string_view text);

// `text` broken between words, so that no line is wider where its words are not. Line breaks stay.
// Without a line break at its end.
std::string wrapped(std::string_view text, const Lines& lines);

// One line of a report, fit to be shown (printable.h) but for its colours, over as many lines as it
// takes: those that follow are indented by two more than the first.
std::string report_line(std::string_view text, size_t width = kPageWidth);

// The same with a remark that stands behind `text` where there is room for it, and otherwise below.
std::string report_line(std::string_view text, std::string_view remark, size_t width = kPageWidth);

// "  name      what it is, over as many lines as it takes\n": `name` after two spaces, in a column
// of `name_width`, and the rest beside it, or below it where the name is longer.
std::string entry(std::string_view name, std::string_view text, size_t name_width,
                  size_t width = kPageWidth);

using TextColumn = std::vector<std::string>;

// Columns of equal length side by side, two spaces apart: the first to the left, the others to the
// right. Where they are wider than `width` together, they stand below each other in blocks, each
// with the first column. Cells are shown on one line each (printable.h).
std::string table(const std::vector<TextColumn>& columns, size_t width = kPageWidth);

}  // namespace eif
