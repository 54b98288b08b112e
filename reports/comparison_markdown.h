// A comparison as a comment on a pull request: what changed, what of it fails, and how sure that is.
#pragma once

#include <cstddef>
#include <string>

#include "reports/comment.h"
#include "suite/core/gate.h"

namespace eif {

// A table of the primary expectations that were compared.
CommentBlock changes_block(const GatedComparison& gated);

std::string comparison_markdown(const GatedComparison& gated, size_t longest = kLongestComment);

}  // namespace eif
