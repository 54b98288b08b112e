// The manual page, made of the same words as --help.
//
//   eif-suite man > ~/.local/share/man/man1/eif-suite.1
#pragma once

#include <CLI/App.hpp>
#include <string>

namespace eif {

// In the language of man(7).
std::string man_page(const CLI::App& app, const std::string& version);

}  // namespace eif
