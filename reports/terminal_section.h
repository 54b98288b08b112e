// A desideratum in the report for the terminal: its verdict, and the numbers that it rests on.
#pragma once

#include <cstddef>
#include <string>

#include "suite/core/run_result.h"
#include "suite/formats/text_layout.h"

namespace eif {

// How the report is shown.
struct TerminalLook {
  bool color = false;
  size_t width = kPageWidth;
};

// The text in the colour of the verdict.
std::string colored(Verdict verdict, const std::string& text, const TerminalLook& look);

// `read`: the same in context; nullptr where nothing was read.
std::string terminal_section(const RunRequest& request, const DesideratumResult& result,
                             const DesideratumResult* read, const TerminalLook& look);

}  // namespace eif
