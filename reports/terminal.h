// The run for a person at a terminal.
#pragma once

#include <string>

#include "suite/core/run_result.h"
#include "suite/formats/text_layout.h"

namespace eif {

// No line is wider than `width`, where its words are not; tables need 80 columns. What the run's
// plugins and files gave is on one line each. `color`: with ANSI colours for the verdicts.
std::string terminal_report(const RunResult& run, bool color, size_t width = kPageWidth);

}  // namespace eif
