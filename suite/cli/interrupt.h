// SIGINT and SIGTERM: the first asks the run to stop and to write what it has, the second ends the
// program at once.
#pragma once

namespace eif {

// Call once, before anything long begins.
void watch_interrupts();

// The signal that arrived, or 0.
int interrupted_by();

}  // namespace eif
