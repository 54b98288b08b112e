// TOML as the readers of this project take it: checked for depth before it is parsed, unknown keys
// refused, and errors that begin with "file:line:". To be included by .cc files alone: toml++ is
// large.
//
//   const absl::StatusOr<toml::table> table = parse_toml(text, "mine.toml");
//   if (!table.ok()) return table.status();
//   const TomlKeys keys("mine.toml");
//   if (absl::Status status = keys.check(*table, {"id", "note"}, ""); !status.ok()) return status;
//   const absl::StatusOr<std::string> id = keys.identifier(*table, "", "id");
#pragma once

#include <toml++/toml.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace eif {

// `file` names the source of `text` in messages; no file is opened. kInvalidArgument: it is no
// TOML, or nested too deep (toml_depth.h).
absl::StatusOr<toml::table> parse_toml(std::string_view text, const std::string& file);

// "string", "integer", …
std::string toml_type(const toml::node& node);

// Reads the keys of tables of one file. Errors are kInvalidArgument; they name the file, the line
// and, after `subject` ("sample \"chain\": "), the key.
class TomlKeys {
 public:
  explicit TomlKeys(std::string file) : file_(std::move(file)) {}

  absl::Status error(const toml::node& at, const std::string& what) const;

  // Whether the table has no other keys than these.
  absl::Status check(const toml::table& table, const std::vector<std::string>& allowed,
                     const std::string& subject) const;

  // One line of text (statement.h). Empty where it is not there and not `required`.
  absl::StatusOr<std::string> line(const toml::table& table, const std::string& subject,
                                   const char* key, bool required = true) const;

  // An id that must be there: at most 100 bytes, any line of text.
  absl::StatusOr<std::string> id(const toml::table& table, const std::string& subject,
                                 const char* key) const;
  // The same, of the form [a-z][a-z0-9_]*.
  absl::StatusOr<std::string> identifier(const toml::table& table, const std::string& subject,
                                         const char* key) const;

  absl::StatusOr<bool> flag(const toml::table& table, const std::string& subject, const char* key,
                            bool otherwise) const;

 private:
  std::string file_;
};

}  // namespace eif
