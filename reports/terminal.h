// The run for a person at a terminal.
#pragma once

#include <string>

#include "suite/core/run_result.h"

namespace eif {

// Lines of at most about 100 columns. `color`: with ANSI colours for the verdicts.
std::string terminal_report(const RunResult& run, bool color);

}  // namespace eif
