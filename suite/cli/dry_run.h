// --dry-run: what a run would take, said without making it.
#pragma once

#include "suite/cli/commands.h"
#include "suite/cli/run_options.h"

namespace eif {

// Prints how many rows and tokens there are, and how much time and memory they are expected to
// take; with options.json as JSON. Nothing is kept. Returns how the program ends.
int dry_run(RunOptions& options, const Invocation& invocation);

}  // namespace eif
