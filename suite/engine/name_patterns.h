// Patterns of parameter names, as --train-only, --freeze and --lora-targets take them.
//
//   fits("q_proj", "model.layers.0.self_attn.q_proj.weight");        // true
//   fits("model.layers.1?.*", "model.layers.12.mlp.up_proj.weight"); // true
//
// A pattern fits a name, the name of its module, which is the name without ".weight" or ".bias", or
// the end of either behind a dot, as peft's target_modules do. "*" stands for any characters, "?"
// for one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

namespace eif {

bool fits(std::string_view pattern, std::string_view name);

// Whether one of them does.
bool any_fits(const std::vector<std::string>& patterns, std::string_view name);

// kInvalidArgument where a pattern fits none of the names: says which, of whom, and what it may
// have meant. `option` is what the user gave it to.
absl::Status check_each_fits(const std::string& option, const std::vector<std::string>& patterns,
                             const std::vector<std::string>& names, const std::string& model);

}  // namespace eif
