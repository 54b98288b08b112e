#include "domains/toml_depth.h"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace eif {
namespace {

// Said in kNestedTooDeep, too. Files of ours have 2; toml++ alone would stop at 256 brackets.
constexpr size_t kDeepest = 32;

// Where the string ends that begins at `begin`: after its last quote or, where it has none, before
// the end of its line, or of the text for one that may have several lines.
size_t end_of_string(std::string_view text, size_t begin) {
  const char quote = text[begin];
  const std::string_view three = quote == '"' ? R"(""")" : "'''";
  const bool has_lines = text.substr(begin, 3) == three;
  size_t i = begin + (has_lines ? 3 : 1);
  while (i < text.size()) {
    if (text[i] == '\\' && quote == '"') {
      i += 2;
    } else if (!has_lines && text[i] == '\n') {
      return i;
    } else if (!has_lines && text[i] == quote) {
      return i + 1;
    } else if (has_lines && text.substr(i, 3) == three) {
      // Up to two more quotes are the string's last characters.
      const size_t end = std::min(text.find_first_not_of(quote, i), text.size());
      return std::min(end, i + 5);
    } else {
      ++i;
    }
  }
  return text.size();
}

// Levels of one place in the text: brackets that are open, and dots of the keys before each of
// them.
class Depth {
 public:
  void open() {
    dots_.push_back(0);
    ++total_;
  }

  void close() {
    end_key();
    if (dots_.size() == 1) return;  // one too many
    dots_.pop_back();
    --total_;
  }

  void add_dot() {
    ++dots_.back();
    ++total_;
  }

  // The next dots belong to another key.
  void end_key() {
    total_ -= dots_.back();
    dots_.back() = 0;
  }

  void end_line() {
    if (dots_.size() == 1) end_key();  // within brackets, a line goes on
  }

  size_t total() const { return total_; }

 private:
  std::vector<size_t> dots_ = {0};  // of the text itself, and of each open bracket
  size_t total_ = 0;
};

}  // namespace

std::optional<int> line_nested_too_deep(std::string_view toml) {
  Depth depth;
  int line = 1;
  for (size_t i = 0; i < toml.size();) {
    const char c = toml[i];
    if (c == '"' || c == '\'') {
      const size_t end = end_of_string(toml, i);
      line += static_cast<int>(std::count(toml.begin() + i, toml.begin() + end, '\n'));
      i = end;
      continue;
    }
    if (c == '#') {
      i = std::min(toml.find('\n', i), toml.size());
      continue;
    }
    if (c == '[' || c == '{') depth.open();
    if (c == ']' || c == '}') depth.close();
    if (c == '.') depth.add_dot();
    if (c == ',') depth.end_key();
    if (c == '\n') depth.end_line();
    if (depth.total() > kDeepest) return line;
    line += c == '\n';
    ++i;
  }
  return std::nullopt;
}

}  // namespace eif
