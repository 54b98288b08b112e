// Where an option's value comes from: command line > environment > eif-suite.toml in the working
// directory > config.toml of the user > the program's default.
//
//   --seeds 20      EIF_SEEDS=20      seeds = 20
//
// Of options that exclude each other (--all, --desideratum) a nearer layer's choice replaces that of
// the layers below it.
#pragma once

#include <CLI/App.hpp>
#include <filesystem>
#include <vector>

#include "absl/status/status.h"

namespace eif {

// The files that count here, nearest first; those that do not exist are left out by apply.
std::vector<std::filesystem::path> config_files();

// Fills in the options of `command` that the command line did not set. kInvalidArgument names the
// variable, or the file and key.
absl::Status apply_option_layers(CLI::App& command,
                                 const std::vector<std::filesystem::path>& files);

}  // namespace eif
