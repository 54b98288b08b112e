// What is wrong with a command line, in words of ours: what was found, and what was expected.
//
//   try { app.parse(arguments); }
//   catch (const CLI::ParseError& error) { print_error(usage_error(app, error)); }
#pragma once

#include <CLI/App.hpp>
#include <string>

namespace eif {

// Of the program's command line.
std::string usage_error(const CLI::App& app, const CLI::ParseError& error);

// Of one option's value, without the option's name: "found \"few\", expected a whole number".
std::string why_not(const CLI::Option& option, const CLI::ParseError& error);

}  // namespace eif
