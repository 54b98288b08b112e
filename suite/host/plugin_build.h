// Whether a plugin was built as this program was, asked before any of its code runs.
//
//   absl::StatusOr<std::string> found = read_plugin_build(file);  // "sdk=3 compiler=gcc-12 …"
//   if (found.ok()) absl::Status fits = check_plugin_build(file, *found);
//
// eif/build.h says what is compared and why.
#pragma once

#include <filesystem>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace eif {

// The text of the plugin's ELF note. `file` comes from checked_plugin_file(), and what it contains
// is not trusted. kInvalidArgument: there is no such note.
absl::StatusOr<std::string> read_plugin_build(const std::filesystem::path& file);

// Ok when every value of `found` is that of this program. kFailedPrecondition names all that
// differ, each with what was found and what was expected, and what has to be done.
absl::Status check_plugin_build(const std::filesystem::path& file, const std::string& found);

// Whether the text names a libtorch, as that of a model backend does.
bool build_names_torch(const std::string& found);

// The text that a model backend built like this program has.
std::string build_of_this_program();

}  // namespace eif
