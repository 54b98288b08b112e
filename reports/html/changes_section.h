// What changed beside a baseline: a table of the primary expectations that were compared.
#pragma once

#include <string>

#include "suite/core/gate.h"

namespace eif {

// A section with the id "changes".
std::string changes_html(const GatedComparison& gated);

}  // namespace eif
