// The run as one page that explains it, to be kept, mailed and read without a network: verdicts at
// a glance, what stands out, and of each desideratum its claim, the effects with their intervals,
// and the matrices that they are made from.
//
// Everything is in the one file, and a Content-Security-Policy says so to the browser: styles and
// script by their hashes, pictures as data, and nothing else. What files and plugins gave is text.
// The page can be read without script, which adds what each cell is and other seeds.
#pragma once

#include <string>

#include "suite/core/gate.h"
#include "suite/core/run_result.h"
#include "suite/core/run_store.h"

namespace eif {

// A matrix that cannot be read is named where it would stand. With a gate, what it found is a section.
std::string html_report(const RunResult& run, const RunMatrices& matrices,
                        const GatedComparison* gate = nullptr);

}  // namespace eif
