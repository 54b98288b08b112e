// All that the page says of one desideratum on one model.
#pragma once

#include <string>

#include "suite/core/run_result.h"
#include "suite/core/run_store.h"

namespace eif {

// The end of a link to the section.
std::string section_anchor(const RunRequest& request, const DesideratumResult& result);

// `result` is that of fine-tuning.
std::string desideratum_section_html(const RunResult& run, const RunMatrices& matrices,
                                     const DesideratumResult& result);

}  // namespace eif
