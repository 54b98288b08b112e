// The program: its command line, from the arguments to the exit code.
#pragma once

#include <CLI/App.hpp>
#include <map>
#include <string>

#include "suite/cli/commands.h"

namespace eif {

// Adds all commands with their options to `app`, and what --help says of the program. Returns what
// each command does, by its name.
std::map<std::string, Command> add_commands(CLI::App& app);

// Returns the exit code.
int run_program(int argc, char** argv);

}  // namespace eif
