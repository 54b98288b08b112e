// --help on a page or terminal of 80 columns.
#pragma once

#include <CLI/App.hpp>
#include <string>

namespace eif {

// What CLI11's own formatter gives, with what is said of an option or command beside its name over
// as many lines as it takes. Footers are broken between words, too; their examples are commands to
// copy, and should be short enough, or go on behind a backslash.
class HelpFormatter final : public CLI::Formatter {
 public:
  std::string make_option(const CLI::Option* option, bool is_positional) const override;
  std::string make_subcommand(const CLI::App* command) const override;
  std::string make_description(const CLI::App* app) const override;
  std::string make_footer(const CLI::App* app) const override;
};

}  // namespace eif
