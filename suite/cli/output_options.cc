#include "suite/cli/output_options.h"

#include <string>

#include "suite/cli/choices.h"

namespace eif {
namespace {

bool is_set(const CLI::App& command, const char* flag) {
  const CLI::Option* option = command.get_option(flag);
  return option->count() > 0 && option->as<bool>();
}

}  // namespace

void add_output_options(CLI::App& command) {
  CLI::Option* quiet = command.add_flag("-q,--quiet")
                           ->description("Say nothing on standard error but errors and warnings");
  command.add_flag("--verbose")
      ->description("Say more on standard error: each step, and the plugins that were loaded")
      ->excludes(quiet);
  command.add_option("--color")
      ->description("Colours of a report. auto, the default: on a terminal, unless NO_COLOR is set")
      ->check(one_of({"auto", "always", "never"}));
}

OutputStyle output_style_of(const CLI::App& command) {
  OutputStyle style;
  if (is_set(command, "--quiet")) style.verbosity = Verbosity::kQuiet;
  if (is_set(command, "--verbose")) style.verbosity = Verbosity::kVerbose;
  const CLI::Option* color = command.get_option("--color");
  const std::string choice = color->count() > 0 ? color->as<std::string>() : "auto";
  if (choice == "always") style.color = ColorChoice::kAlways;
  if (choice == "never") style.color = ColorChoice::kNever;
  return style;
}

}  // namespace eif
