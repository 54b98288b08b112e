// What numbers an option takes. CLI11's own bounds let NaN and infinity pass, and print the largest
// double with all its digits.
#pragma once

#include <CLI/App.hpp>
#include <string>

namespace eif {

// A finite number, 0 or more; or `word`, where it is given.
CLI::Validator not_negative(const std::string& word = "");

// A finite number above 0.
CLI::Validator positive();

}  // namespace eif
