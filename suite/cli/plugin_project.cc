#include "suite/cli/plugin_project.h"

#include <algorithm>
#include <iterator>
#include <system_error>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "suite/cli/project_templates.h"
#include "suite/formats/atomic_file.h"
#include "suite/host/plugin_loader.h"

namespace eif {
namespace {

namespace fs = std::filesystem;

// CMake and its generators keep these for themselves: no target can have such a name.
constexpr const char* kNamesOfCMake[] = {"all",
                                         "clean",
                                         "depend",
                                         "edit_cache",
                                         "help",
                                         "install",
                                         "list_install_components",
                                         "package",
                                         "package_source",
                                         "preinstall",
                                         "rebuild_cache",
                                         "test"};

absl::Status check_name(const std::string& name) {
  if (!is_plugin_id(name)) {
    return absl::InvalidArgumentError(
        absl::StrCat("found the name \"", absl::CEscape(name), "\"; expected lower-case letters, ",
                     "digits and _, with a letter first, as in same_digit"));
  }
  if (std::find(std::begin(kNamesOfCMake), std::end(kNamesOfCMake), name) !=
      std::end(kNamesOfCMake)) {
    return absl::InvalidArgumentError(
        absl::StrCat("found the name ", name,
                     ", which CMake keeps for a target of its own; choose "
                     "another, as in my_",
                     name));
  }
  return absl::OkStatus();
}

// "same_digit" → "SameDigit".
std::string class_name(const std::string& name) {
  std::string result;
  for (const absl::string_view word : absl::StrSplit(name, '_', absl::SkipEmpty())) {
    absl::StrAppend(&result, word);
    char& first = result[result.size() - word.size()];
    first = absl::ascii_toupper(static_cast<unsigned char>(first));
  }
  return result;
}

absl::Status write_files(const fs::path& folder, const std::vector<ProjectFile>& files) {
  for (const ProjectFile& file : files) {
    absl::Status written = write_file_atomically((folder / file.name).string(), file.content);
    if (!written.ok()) return written;
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<ProjectFile>> plugin_project(PluginKind kind, const std::string& name,
                                                        const fs::path& prefix) {
  absl::Status checked = check_name(name);
  if (!checked.ok()) return checked;
  const std::string class_of_plugin = class_name(name), folder_of_program = prefix.string();
  std::vector<ProjectFile> files;
  for (const ProjectTemplate& file : project_templates(kind)) {
    files.push_back({absl::StrReplaceAll(file.name, {{"NAME", name}}),
                     absl::StrReplaceAll(file.content, {{"@NAME@", name},
                                                        {"@CLASS@", class_of_plugin},
                                                        {"@VERSION@", EIF_VERSION},
                                                        {"@PREFIX@", folder_of_program}})});
  }
  return files;
}

absl::Status write_project(const fs::path& folder, const std::vector<ProjectFile>& files) {
  std::error_code error;
  // Only who made the folder may write into it.
  if (!fs::create_directory(folder, error)) {
    if (error && error != std::errc::file_exists) {
      return absl::UnavailableError(
          absl::StrCat("the folder ", folder.string(), " cannot be made: ", error.message()));
    }
    return absl::AlreadyExistsError(absl::StrCat(
        folder.string(), " exists; expected the name of a new folder. Choose another name, or ",
        "remove it"));
  }
  absl::Status written = write_files(folder, files);
  if (!written.ok()) fs::remove_all(folder, error);
  return written;
}

}  // namespace eif
