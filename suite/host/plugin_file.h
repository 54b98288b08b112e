// What can be known of a plugin file before any of its code runs.
//
//   absl::StatusOr<std::filesystem::path> file = checked_plugin_file("/opt/plugins/digits.so");
//   if (file.ok()) dlopen(file->c_str(), …);
//
// dlopen() comes too late for these questions: it runs the constructors of a library, and touching
// a page that a truncated file no longer has ends the program with SIGBUS.
#pragma once

#include <filesystem>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace eif {

// "plugin PATH: PROBLEM. NEXT_STEP."
absl::Status plugin_error(absl::StatusCode code, const std::filesystem::path& path,
                          const std::string& problem, const std::string& next_step);

// The file with all symbolic links resolved, when it is a whole shared library for this machine
// that only its owner and group can change. A relative path starts at the working directory, like
// any file named on a command line.
absl::StatusOr<std::filesystem::path> checked_plugin_file(const std::filesystem::path& file);

// Ok for an existing folder, named by an absolute path, that only its owner and group can change.
absl::Status check_plugin_folder(const std::filesystem::path& folder);

}  // namespace eif
