#include "suite/cli/help.h"

#include "suite/formats/text_layout.h"

namespace eif {
namespace {

constexpr size_t kOptionWidth = 24;
constexpr size_t kCommandWidth = 10;

}  // namespace

std::string HelpFormatter::make_option(const CLI::Option* option, bool is_positional) const {
  const std::string name =
      wrapped(make_option_name(option, is_positional) + make_option_opts(option),
              {.indent = 6, .first = 2});
  return entry(name, make_option_desc(option), kOptionWidth);
}

std::string HelpFormatter::make_subcommand(const CLI::App* command) const {
  return entry(command->get_display_name(true), command->get_description(), kCommandWidth);
}

std::string HelpFormatter::make_description(const CLI::App* app) const {
  return wrapped(app->get_description(), {}) + "\n";
}

std::string HelpFormatter::make_footer(const CLI::App* app) const {
  const std::string footer = app->get_footer();
  return footer.empty() ? "" : wrapped(footer, {}) + "\n";
}

}  // namespace eif
