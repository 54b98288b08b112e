// "Did you mean …?"
#pragma once

#include <string>
#include <vector>

namespace eif {

// " Did you mean 'symmetry'?" for the candidate that is a slip of the keyboard away from `name`,
// or an empty text when none is.
std::string did_you_mean(const std::string& name, const std::vector<std::string>& candidates);

}  // namespace eif
