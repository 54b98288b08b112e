// A project of its own for a new plugin: complete, with a test that passes, and built against an
// installed eif-suite.
//
//   absl::StatusOr<std::vector<ProjectFile>> files =
//       plugin_project(PluginKind::kDesideratum, "same_digit", "/opt/eif-suite");
//   if (files.ok()) write_project("same_digit", *files);
//
// The files are made from those in templates/, which the build embeds.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace eif {

enum class PluginKind { kDesideratum, kModel };

struct ProjectFile {
  std::string name;
  std::string content;
};

// `name` is the plugin's id, and the name of its target, source and library. `prefix` is where
// eif-suite is installed, for the commands of the README. kInvalidArgument: no plugin may have this
// name.
absl::StatusOr<std::vector<ProjectFile>> plugin_project(PluginKind kind, const std::string& name,
                                                        const std::filesystem::path& prefix);

// Writes the files into a new folder. kAlreadyExists: there is something of that name. Whatever
// fails leaves no folder behind.
absl::Status write_project(const std::filesystem::path& folder,
                           const std::vector<ProjectFile>& files);

}  // namespace eif
