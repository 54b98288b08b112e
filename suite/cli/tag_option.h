// --tag commit=abc1234: what a user calls a run by, so that it is found again among others.
#pragma once

#include <CLI/App.hpp>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace eif {

// Texts that look like KEY=VALUE go to `tags`; another is an error of the command line.
void add_tag_option(CLI::App& command, std::vector<std::string>& tags);

// kInvalidArgument where a key has two values.
absl::StatusOr<std::map<std::string, std::string>> tags_in(const std::vector<std::string>& tags);

}  // namespace eif
