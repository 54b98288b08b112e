#include "suite/engine/name_patterns.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "suite/formats/printable.h"
#include "suite/formats/suggest.h"

namespace eif {
namespace {

// Whether the pattern is all of the text. Takes time by the product of their lengths at most: of
// several "*" only the last is ever tried anew.
bool is_all_of(std::string_view pattern, std::string_view text) {
  constexpr size_t kNone = std::string_view::npos;
  size_t p = 0, t = 0, star = kNone, resumed = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resumed = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (star != kNone) {
      p = star + 1;
      t = ++resumed;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

std::string_view module_of(std::string_view name) {
  for (const std::string_view end : {".weight", ".bias"}) {
    if (name.ends_with(end)) return name.substr(0, name.size() - end.size());
  }
  return name;
}

// The name, and what stands behind each of its dots.
std::vector<std::string_view> ends_of(std::string_view name) {
  std::vector<std::string_view> ends = {name};
  for (size_t dot = name.find('.'); dot != std::string_view::npos; dot = name.find('.', dot + 1)) {
    ends.push_back(name.substr(dot + 1));
  }
  return ends;
}

// All that a pattern without "*" could have meant.
std::vector<std::string> all_ends(const std::vector<std::string>& names) {
  std::set<std::string> ends;
  for (const std::string& name : names) {
    for (const std::string_view whole : {std::string_view(name), module_of(name)}) {
      for (const std::string_view end : ends_of(whole)) ends.emplace(end);
    }
  }
  return {ends.begin(), ends.end()};
}

}  // namespace

bool fits(std::string_view pattern, std::string_view name) {
  for (const std::string_view whole : {name, module_of(name)}) {
    for (const std::string_view end : ends_of(whole)) {
      if (is_all_of(pattern, end)) return true;
    }
  }
  return false;
}

bool any_fits(const std::vector<std::string>& patterns, std::string_view name) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const std::string& pattern) { return fits(pattern, name); });
}

absl::Status check_each_fits(const std::string& option, const std::vector<std::string>& patterns,
                             const std::vector<std::string>& names, const std::string& model) {
  for (const std::string& pattern : patterns) {
    const bool fits_one = std::any_of(names.begin(), names.end(),
                                      [&](const std::string& name) { return fits(pattern, name); });
    if (fits_one) continue;
    return absl::InvalidArgumentError(
        absl::StrCat(option, " ", in_quotes(pattern), " fits nothing of ", model, ".",
                     did_you_mean(pattern, all_ends(names)), " Names are as ", names.front(),
                     " or the end of one behind a dot; * stands for any characters"));
  }
  return absl::OkStatus();
}

}  // namespace eif
