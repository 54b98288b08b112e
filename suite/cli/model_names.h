// The models that the values of --model name.
//
//   expand_model_names({"cnn,smollm2", "runs/checkpoint-*"})
//   // cnn, smollm2, runs/checkpoint-500, runs/checkpoint-1000
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace eif {

// Splits values at commas, but for commas of a path that exists; puts in place of a pattern the
// folders that it fits, in natural order; and names each model once. kInvalidArgument: a pattern that
// fits nothing.
absl::StatusOr<std::vector<std::string>> expand_model_names(const std::vector<std::string>& values);

// Whether a name has *, ? or [ in it, and is not that of a path that exists.
bool is_pattern(const std::string& name);

// The name of a folder as people write it who do not complete it with the tab key.
std::string without_trailing_slash(const std::string& name);

// Whether `a` comes before `b` where numbers in them are ordered by value: checkpoint-500 before
// checkpoint-1000.
bool is_before_naturally(const std::string& a, const std::string& b);

}  // namespace eif
