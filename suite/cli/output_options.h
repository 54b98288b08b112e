// --quiet, --verbose and --color, which every command has.
#pragma once

#include <CLI/App.hpp>

#include "suite/cli/output.h"

namespace eif {

void add_output_options(CLI::App& command);

// What they are set to, wherever by.
OutputStyle output_style_of(const CLI::App& command);

}  // namespace eif
