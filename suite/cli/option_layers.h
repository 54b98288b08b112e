// Where an option's value comes from: command line > environment > eif-suite.toml in the working
// directory > config.toml of the user > the program's default.
//
//   --seeds 20      EIF_SEEDS=20      seeds = 20
//
// The working directory may have come from somebody else. What its file may not set is declared
// where the option is added: names of files and folders (path_option.h).
//
// Of options that exclude each other (--all, --desideratum) a nearer layer's choice replaces that
// of the layers below it (options_in_force.h).
#pragma once

#include <CLI/App.hpp>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace eif {

// The folders to search for plugins, besides the program's own.
inline constexpr char kPluginPathVariable[] = "EIF_PLUGIN_PATH";

struct ConfigFile {
  std::filesystem::path path;
  bool is_users_own = false;  // and may set every option
};

// The files that count here, nearest first; those that do not exist are left out by apply.
std::vector<ConfigFile> config_files();

// Fills in the options of `command` that the command line did not set. Returns what the user should
// be told, a line each: that the file of the working directory was read, and variables that look
// like ours and are not. kInvalidArgument names the variable, or the file, line and key.
absl::StatusOr<std::vector<std::string>> apply_option_layers(CLI::App& command,
                                                             const std::vector<ConfigFile>& files);

// An option of a command as it would be now, with the place that it comes from.
struct EffectiveOption {
  std::string name;                 // without "--"
  std::vector<std::string> values;  // as they would be written; of a flag "true" or "false"
  std::string origin;               // "EIF_SEEDS", "FILE, line 3: seeds", "default"
  std::string only_with = {};       // "--train": in force as soon as a command line has this, too
};

struct EffectiveOptions {
  std::vector<EffectiveOption> options;  // that something sets, or that have a default; by name
  std::vector<std::string> lines;        // as apply_option_layers() returns them
};

// The options of `command` are set, as apply_option_layers() does it, whose errors these are.
absl::StatusOr<EffectiveOptions> effective_options(CLI::App& command,
                                                   const std::vector<ConfigFile>& files);

}  // namespace eif
