// `eif-suite matrix --top`: which of many samples moved each of a few queries most.
#pragma once

#include "suite/cli/commands.h"
#include "suite/cli/matrix_options.h"

namespace eif {

// `options` were resolved and checked. Returns how the program ends.
int print_strongest(MatrixOptions& options, const Invocation& invocation);

}  // namespace eif
