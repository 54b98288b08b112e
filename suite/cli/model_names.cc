#include "suite/cli/model_names.h"

#include <glob.h>

#include <algorithm>
#include <filesystem>
#include <string_view>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "suite/formats/printable.h"

namespace eif {
namespace {

namespace fs = std::filesystem;

bool exists(const std::string& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

// What the shell would put in place of the pattern, in no order.
std::vector<std::string> matches(const std::string& pattern) {
  glob_t found = {};
  std::vector<std::string> paths;
  if (::glob(pattern.c_str(), GLOB_NOSORT | GLOB_TILDE, nullptr, &found) == 0) {
    paths.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  }
  ::globfree(&found);
  return paths;
}

absl::StatusOr<std::vector<std::string>> folders_of(const std::string& pattern) {
  const std::vector<std::string> paths = matches(pattern);
  std::vector<std::string> folders;
  for (const std::string& path : paths) {
    std::error_code ignored;
    if (fs::is_directory(path, ignored)) folders.push_back(without_trailing_slash(path));
  }
  if (folders.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "no folder fits the pattern ", in_quotes(pattern), " (from ",
        fs::current_path().string(), ")",
        paths.empty() ? "" : ", though files do: a model is the folder that they are in"));
  }
  std::sort(folders.begin(), folders.end(), is_before_naturally);
  return folders;
}

// The parts of a value, of which the longest that exists or fits something stays whole.
std::vector<std::string> parts_of(const std::string& value) {
  const std::vector<std::string> pieces = absl::StrSplit(value, ',');
  std::vector<std::string> parts;
  for (size_t begin = 0; begin < pieces.size();) {
    size_t end = pieces.size();
    std::string part;
    for (; end > begin; --end) {
      part = absl::StrJoin(pieces.begin() + static_cast<std::ptrdiff_t>(begin),
                           pieces.begin() + static_cast<std::ptrdiff_t>(end), ",");
      if (end == begin + 1 || exists(part) || (is_pattern(part) && !matches(part).empty())) break;
    }
    parts.push_back(std::move(part));
    begin = end;
  }
  return parts;
}

// Takes a run of digits from the front, without the zeros that it begins with.
std::string_view take_number(std::string_view& text) {
  const auto is_digit = [](unsigned char c) { return absl::ascii_isdigit(c); };
  const auto end = std::find_if_not(text.begin(), text.end(), is_digit);
  std::string_view digits = text.substr(0, static_cast<size_t>(end - text.begin()));
  text.remove_prefix(digits.size());
  while (digits.size() > 1 && digits.front() == '0') digits.remove_prefix(1);
  return digits;
}

}  // namespace

bool is_pattern(const std::string& name) {
  return name.find_first_of("*?[") != std::string::npos && !exists(name);
}

std::string without_trailing_slash(const std::string& name) {
  const size_t last = name.find_last_not_of('/');
  return last == std::string::npos ? name : name.substr(0, last + 1);
}

bool is_before_naturally(const std::string& a, const std::string& b) {
  std::string_view left = a, right = b;
  while (!left.empty() && !right.empty()) {
    const auto begins_with_digit = [](std::string_view text) {
      return absl::ascii_isdigit(static_cast<unsigned char>(text.front()));
    };
    if (begins_with_digit(left) && begins_with_digit(right)) {
      const std::string_view x = take_number(left), y = take_number(right);
      if (x.size() != y.size()) return x.size() < y.size();
      if (x != y) return x < y;
      continue;
    }
    if (left.front() != right.front()) return left.front() < right.front();
    left.remove_prefix(1);
    right.remove_prefix(1);
  }
  // Names that differ in zeros alone are ordered, too.
  return left.empty() != right.empty() ? left.empty() : a < b;
}

absl::StatusOr<std::vector<std::string>> expand_model_names(
    const std::vector<std::string>& values) {
  std::vector<std::string> names;
  const auto add = [&](const std::string& name) {
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  };
  for (const std::string& value : values) {
    for (const std::string& part : parts_of(value)) {
      if (!is_pattern(part)) {
        add(without_trailing_slash(part));
        continue;
      }
      const absl::StatusOr<std::vector<std::string>> folders = folders_of(part);
      if (!folders.ok()) return folders.status();
      for (const std::string& folder : *folders) add(folder);
    }
  }
  return names;
}

}  // namespace eif
