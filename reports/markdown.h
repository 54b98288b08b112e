// The run as a comment on a pull request: a table of verdicts, what stands out, how sure that is,
// and the command that measures it again.
#pragma once

#include <cstddef>
#include <string>

#include "reports/comment.h"
#include "suite/core/gate.h"
#include "suite/core/run_result.h"

namespace eif {

// In GitHub's dialect, which GitLab and others read, too. Text of files and plugins is shown and
// does nothing (markdown_text.h). With a gate, also what it found and what changed.
std::string run_markdown(const RunResult& run, const GatedComparison* gate = nullptr,
                         size_t longest = kLongestComment);

}  // namespace eif
