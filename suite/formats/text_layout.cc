#include "suite/formats/text_layout.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "suite/formats/printable.h"

namespace eif {
namespace {

// Between two columns of a table.
constexpr size_t kGap = 2;
// A cell of a table that is longer tells no more.
constexpr size_t kLongestCell = 200;
// How much further the lines are indented that a long one goes on in.
constexpr size_t kContinued = 2;

size_t width_of_column(const TextColumn& column) {
  size_t width = 0;
  for (const std::string& cell : column) width = std::max(width, width_of(cell));
  return width;
}

// Columns [begin, end) beside the first.
std::string block(const std::vector<TextColumn>& columns, const std::vector<size_t>& widths,
                  size_t begin, size_t end) {
  std::string text;
  for (size_t line = 0; line < columns.front().size(); ++line) {
    const std::string& name = columns.front()[line];
    text += name + padding(name, widths.front());
    for (size_t k = begin; k < end; ++k) {
      const std::string& cell = columns[k][line];
      text += std::string(kGap, ' ') + padding(cell, widths[k]) + cell;
    }
    text.erase(text.find_last_not_of(' ') + 1);
    text += '\n';
  }
  return text;
}

// What becomes of a word that is wider than a line.
enum class LongWords {
  kKept,
  kBroken,  // but for a path, which a reader copies
};

// "desideratum/expectation" is none.
bool is_path(std::string_view word) {
  return word.substr(0, 1) == "/" || std::count(word.begin(), word.end(), '/') > 1;
}

// Bytes of `word` that fit into so many columns, at least one character: up to behind the last mark
// within an id, where it has one.
size_t fitting(std::string_view word, size_t columns) {
  constexpr std::string_view kMarks = "_-,;:./";
  size_t behind_mark = 0, width = 0, i = 0;
  while (i < word.size()) {
    if (const size_t color = color_length(word.substr(i)); color > 0) {
      i += color;
      continue;
    }
    if (width == std::max<size_t>(columns, 1)) break;
    ++width;
    const bool is_mark = kMarks.find(word[i]) != std::string_view::npos;
    do {
      ++i;
    } while (i < word.size() && (word[i] & 0xC0) == 0x80);
    if (is_mark) behind_mark = i;
  }
  return i == word.size() || behind_mark == 0 ? i : behind_mark;
}

std::string wrapped(std::string_view text, const Lines& lines, LongWords long_words) {
  std::string result;
  size_t column = lines.first;
  bool is_line_empty = true;
  const auto begin_line = [&] {
    result += '\n';
    result.append(lines.indent, ' ');
    column = lines.indent;
    is_line_empty = true;
  };
  while (!text.empty()) {
    if (text.front() == '\n') {
      begin_line();
      text.remove_prefix(1);
      continue;
    }
    const size_t spaces = std::min(text.find_first_not_of(' '), text.size());
    const size_t end = std::min(text.find_first_of(" \n", spaces), text.size());
    std::string_view word = text.substr(spaces, end - spaces);
    text.remove_prefix(end);
    if (word.empty()) continue;  // spaces at the end of a line
    // The spaces a line begins with are its own; between words, they are given up with the line.
    if (!is_line_empty && column + spaces + width_of(word) > lines.width) {
      begin_line();
    } else {
      result.append(spaces, ' ');
      column += spaces;
    }
    const bool may_break = long_words == LongWords::kBroken && !is_path(word);
    while (may_break && column + width_of(word) > lines.width) {
      const size_t part = fitting(word, lines.width - std::min(column, lines.width));
      if (part == word.size()) break;
      result += word.substr(0, part);
      word.remove_prefix(part);
      begin_line();
    }
    result += word;
    column += width_of(word);
    is_line_empty = false;
  }
  return result;
}

}  // namespace

size_t width_of(std::string_view text) {
  size_t width = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (const size_t color = color_length(text.substr(i)); color > 0) {
      i += color - 1;
    } else if ((text[i] & 0xC0) != 0x80) {
      ++width;
    }
  }
  return width;
}

std::string padding(std::string_view text, size_t width) {
  return std::string(width - std::min(width, width_of(text)), ' ');
}

std::string sentence(std::string_view text) {
  const bool is_ended =
      !text.empty() && std::string_view(".!?").find(text.back()) != std::string_view::npos;
  return absl::StrCat(std::string(text), is_ended ? "" : ".");
}

std::string wrapped(std::string_view text, const Lines& lines) {
  return wrapped(text, lines, LongWords::kKept);
}

std::string report_line(std::string_view text, size_t width) {
  const size_t indent = std::min(text.find_first_not_of(' '), text.size());
  return wrapped(printable(text, kLongestLine, Colors::kKept),
                 {.indent = indent + kContinued, .width = width}, LongWords::kBroken) +
         "\n";
}

std::string report_line(std::string_view text, std::string_view remark, size_t width) {
  if (remark.empty()) return report_line(text, width);
  const std::string both = absl::StrCat(std::string(text), " ", std::string(remark));
  if (width_of(both) <= width) return report_line(both, width);
  const size_t indent = std::min(text.find_first_not_of(' '), text.size()) + kContinued;
  return report_line(text, width) +
         report_line(std::string(indent, ' ') + std::string(remark), width);
}

std::string entry(std::string_view name, std::string_view text, size_t name_width, size_t width) {
  constexpr size_t kIndent = 2;
  const size_t column = kIndent + name_width + kGap;
  std::string line = std::string(kIndent, ' ') + std::string(name);
  if (text.empty()) return line + "\n";
  if (width_of(name) > name_width) {
    line += '\n';
    line.append(column, ' ');
  } else {
    line += padding(line, column);
  }
  return line + wrapped(text, {.indent = column, .first = column, .width = width}) + "\n";
}

std::string table(const std::vector<TextColumn>& columns, size_t width) {
  std::vector<TextColumn> cells;
  std::vector<size_t> widths;
  for (const TextColumn& column : columns) {
    TextColumn& shown = cells.emplace_back();
    for (const std::string& cell : column)
      shown.push_back(printable(cell, kLongestCell, Colors::kKept));
    widths.push_back(width_of_column(shown));
  }
  std::string text;
  for (size_t begin = 1; begin < cells.size();) {
    size_t end = begin;
    size_t used = widths.front();
    // One column at least, however wide.
    do {
      used += kGap + widths[end++];
    } while (end < cells.size() && used + kGap + widths[end] <= width);
    absl::StrAppend(&text, begin > 1 ? "\n" : "", block(cells, widths, begin, end));
    begin = end;
  }
  return text;
}

}  // namespace eif
