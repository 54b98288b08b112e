#include <charconv>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "suite/cli/choices.h"
#include "suite/cli/commands.h"
#include "suite/cli/exit_code.h"
#include "suite/cli/option_layers.h"
#include "suite/formats/printable.h"
#include "suite/formats/suggest.h"

namespace eif {
namespace {

struct ConfigOptions {
  std::string action;
  std::string command = "run";
  bool origin = false;
};

bool is_number(const std::string& text) {
  double number = 0;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  return read.ec == std::errc() && read.ptr == end;
}

// As eif-suite.toml would have it.
std::string toml_value(const std::string& text) {
  if (text == "true" || text == "false" || is_number(text)) return text;
  return in_quotes(text, text.size());
}

std::string toml_line(const EffectiveOption& option, bool with_origin) {
  const std::string values =
      absl::StrJoin(option.values, ", ",
                    [](std::string* out, const std::string& value) { *out += toml_value(value); });
  const bool is_list = option.values.size() != 1;
  std::string line =
      absl::StrCat(option.name, " = ", is_list ? "[" : "", values, is_list ? "]" : "");
  if (!option.only_with.empty()) line = absl::StrCat("# only with ", option.only_with, ": ", line);
  if (with_origin) absl::StrAppend(&line, "  # ", printable(option.origin));
  return line + "\n";
}

// nullptr where there is none of this name.
CLI::App* find_command(CLI::App& app, const std::string& name) {
  for (CLI::App* command : app.get_subcommands([](CLI::App*) { return true; })) {
    if (command->get_name() == name) return command;
  }
  return nullptr;
}

absl::Status no_such_command(const CLI::App& app, const std::string& name) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    names.push_back(command->get_name());
  }
  return absl::InvalidArgumentError(
      absl::StrCat("no command ", in_quotes(name), ".", did_you_mean(name, names)));
}

int show_config(CLI::App& app, const ConfigOptions& options) {
  CLI::App* command = find_command(app, options.command);
  if (command == nullptr) return fail(no_such_command(app, options.command), kUsage);
  const absl::StatusOr<EffectiveOptions> effective = effective_options(*command, config_files());
  if (!effective.ok()) return fail(effective.status(), kUsage);
  for (const std::string& line : effective->lines) say(line);
  std::string text = absl::StrCat("# ", options.command, "\n");
  for (const EffectiveOption& option : effective->options)
    text += toml_line(option, options.origin);
  return print_result(text, kSuccess);
}

}  // namespace

Command add_config_command(CLI::App& app) {
  CLI::App* command =
      app.add_subcommand("config", "What options are without a command line, and who says so");
  command->footer(
      "Shows the options of a command as the environment, eif-suite.toml and your own config.toml\n"
      "set them, and the defaults, in the language of these files.\n\n"
      "Examples:\n"
      "  eif-suite config show\n"
      "  eif-suite config show --origin\n"
      "  eif-suite config show compare --origin");
  auto options = std::make_shared<ConfigOptions>();
  command->add_option("action", options->action, "show")->required()->check(one_of({"show"}));
  command->add_option("command", options->command, "Whose options")->capture_default_str();
  command->add_flag("--origin", options->origin, "And where each value comes from");
  return [&app, options](const Invocation&) { return show_config(app, *options); };
}

}  // namespace eif
