// What words an option takes.
//
//   command.add_option("--engine", options.engine, "…")->check(one_of({"auto", "replay"}));
//   // --engine: found "reply", expected one of auto, replay. Did you mean 'replay'?
#pragma once

#include <CLI/App.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace eif {

CLI::Validator one_of(std::vector<std::string> words);

// What is said of a value that an option does not take.
std::string not_expected(std::string_view found, std::string_view expected);

}  // namespace eif
