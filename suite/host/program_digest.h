// Which code computes numbers: what is kept across runs is of one build of it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace eif {

// A digest of the library that this function is in and of these files: libraries of model backends.
// Errors: those of reading them.
absl::StatusOr<std::string> program_digest(const std::vector<std::filesystem::path>& backends);

}  // namespace eif
