// Options that name files and folders: what is loaded, read and written.
//
//   names_path(command.add_option("--plugin", options.files, "…"), "FILE");
//
// This declares, where the option is added, that eif-suite.toml of the working directory may not
// set it (option_layers.h): whoever works in a folder that came from elsewhere, such as a
// downloaded checkpoint, would run its code and write where it says. Whatever option takes a path
// has to be declared with one of these, and a test looks for one that is not.
#pragma once

#include <CLI/App.hpp>
#include <string>
#include <string_view>

namespace eif {

// Its value is a path; `type` is what --help calls it, FILE or DIR.
CLI::Option* names_path(CLI::Option* option, const char* type);

// Its value is a name of the program's, or else a path: --model. In the working directory's file it
// may be a name only.
CLI::Option* may_name_path(CLI::Option* option);

// How it was declared. An option that is declared as neither takes no path.
bool is_path(const CLI::Option& option);
bool may_be_path(CLI::Option& option);

// Whether such a value, or a part of it between commas, stands for a path: it is written as one or as
// a pattern, or a file or a checkpoint of this name is in the working directory.
bool reads_as_path(const std::string& value);

}  // namespace eif
