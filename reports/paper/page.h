// One page with all figures and claims. It finds the figures beside itself and needs nothing else,
// from the network or elsewhere.
#pragma once

#include <string>
#include <vector>

#include "reports/paper/reproduction.h"
#include "suite/core/run_result.h"

namespace eif {

// `run` is what the reproductions were made of.
std::string paper_page(const RunResult& run, const std::vector<ModelReproduction>& models);

}  // namespace eif
