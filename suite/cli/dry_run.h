// --dry-run: what a run would take, said without making it.
#pragma once

#include <vector>

#include "suite/cli/commands.h"
#include "suite/cli/report_outputs.h"
#include "suite/cli/run_options.h"

namespace eif {

// Prints or writes to `outputs` how many rows and tokens there are, and how much time and memory
// they are expected to take, as text or JSON; another form is refused. No run is kept. Returns how
// the program ends.
int dry_run(RunOptions& options, const std::vector<PlannedReport>& outputs,
            const Invocation& invocation);

}  // namespace eif
