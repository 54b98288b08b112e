// The run as a comment on a pull request: a table of verdicts, what stands out, how sure that is,
// and the command that measures it again.
#pragma once

#include <cstddef>
#include <string>

#include "suite/core/run_result.h"

namespace eif {

// What GitHub takes in one comment, in characters; a document never has more bytes.
inline constexpr size_t kLongestComment = 65536;

// In GitHub's dialect, which GitLab and others read, too. Text of files and plugins is shown and
// does nothing (markdown_text.h). Where it would be longer than `longest`, the ends of its lists
// are left out, and it says so.
std::string run_markdown(const RunResult& run, size_t longest = kLongestComment);

}  // namespace eif
