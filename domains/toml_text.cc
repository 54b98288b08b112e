#include "domains/toml_text.h"

#include <algorithm>
#include <optional>
#include <sstream>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "domains/statement.h"
#include "domains/toml_depth.h"
#include "suite/formats/suggest.h"

namespace eif {
namespace {

constexpr size_t kMaxIdBytes = 100;

bool is_identifier(std::string_view text) {
  return !text.empty() && absl::ascii_islower(static_cast<unsigned char>(text.front())) &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) {
           return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '_';
         });
}

}  // namespace

absl::StatusOr<toml::table> parse_toml(std::string_view text, const std::string& file) {
  if (const std::optional<int> line = line_nested_too_deep(text)) {
    return absl::InvalidArgumentError(absl::StrCat(file, ":", *line, ": ", kNestedTooDeep));
  }
  try {
    return toml::parse(text, file);
  } catch (const toml::parse_error& error) {
    return absl::InvalidArgumentError(
        absl::StrCat(file, ":", error.source().begin.line, ":", error.source().begin.column,
                     ": no TOML: ", std::string(error.description())));
  }
}

std::string toml_type(const toml::node& node) {
  std::ostringstream name;
  name << node.type();
  return std::move(name).str();
}

absl::Status TomlKeys::error(const toml::node& at, const std::string& what) const {
  // A document's own table has no place in it when it is empty.
  const toml::source_index line = std::max<toml::source_index>(at.source().begin.line, 1);
  return absl::InvalidArgumentError(absl::StrCat(file_, ":", line, ": ", what));
}

absl::Status TomlKeys::check(const toml::table& table, const std::vector<std::string>& allowed,
                             const std::string& subject) const {
  for (const auto& [key, value] : table) {
    const std::string name(key.str());
    if (std::find(allowed.begin(), allowed.end(), name) != allowed.end()) continue;
    const std::string suggestion = did_you_mean(name, allowed);
    return error(value, absl::StrCat(subject, "unknown key \"", name, "\"; expected ",
                                     absl::StrJoin(allowed, ", "), suggestion.empty() ? "" : ".",
                                     suggestion));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> TomlKeys::line(const toml::table& table, const std::string& subject,
                                           const char* key, bool required) const {
  const toml::node* node = table.get(key);
  if (node == nullptr) {
    if (!required) return std::string();
    return error(table, absl::StrCat(subject, "there is no ", key, "; add ", key, " = \"…\""));
  }
  if (!node->is_string()) {
    return error(
        *node, absl::StrCat(subject, key, " is of type ", toml_type(*node), "; expected a string"));
  }
  std::string text = node->as_string()->get();
  if (absl::Status status = check_line(text); !status.ok()) {
    return error(*node, absl::StrCat(subject, key, " ", std::string(status.message())));
  }
  return text;
}

absl::StatusOr<std::string> TomlKeys::id(const toml::table& table, const std::string& subject,
                                         const char* key) const {
  absl::StatusOr<std::string> text = line(table, subject, key);
  if (text.ok() && text->size() > kMaxIdBytes) {
    return error(*table.get(key), absl::StrCat(subject, key, " has ", text->size(),
                                               " bytes; at most ", kMaxIdBytes, " are allowed"));
  }
  return text;
}

absl::StatusOr<std::string> TomlKeys::identifier(const toml::table& table,
                                                 const std::string& subject,
                                                 const char* key) const {
  absl::StatusOr<std::string> text = id(table, subject, key);
  if (text.ok() && !is_identifier(*text)) {
    return error(*table.get(key),
                 absl::StrCat(subject, key, " is \"", *text,
                              "\"; expected a lower-case letter and then a–z, 0–9 or _"));
  }
  return text;
}

absl::StatusOr<bool> TomlKeys::flag(const toml::table& table, const std::string& subject,
                                    const char* key, bool otherwise) const {
  const toml::node* node = table.get(key);
  if (node == nullptr) return otherwise;
  if (!node->is_boolean()) {
    return error(*node, absl::StrCat(subject, key, " is of type ", toml_type(*node),
                                     "; expected true or false"));
  }
  return node->as_boolean()->get();
}

}  // namespace eif
