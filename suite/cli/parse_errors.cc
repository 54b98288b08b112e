#include "suite/cli/parse_errors.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "suite/cli/choices.h"
#include "suite/formats/printable.h"
#include "suite/formats/suggest.h"

namespace eif {
namespace {

template <typename Kind>
bool is(const CLI::ParseError& error) {
  return dynamic_cast<const Kind*>(&error) != nullptr;
}

// The command that was given, or else the program.
const CLI::App& asked(const CLI::App& app) {
  const auto parsed = app.get_subcommands();
  return parsed.empty() ? app : *parsed.front();
}

std::vector<std::string> command_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    names.push_back(command->get_name());
  }
  return names;
}

// Names that could have been meant by an argument nobody knows.
std::vector<std::string> known_arguments(const CLI::App& app) {
  std::vector<std::string> names = command_names(asked(app));
  for (const CLI::Option* option : asked(app).get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

// The option that the library's message begins with; null where it begins with none. Of two, such
// as
// --seed and --seeds, the longer name.
const CLI::Option* option_in(const CLI::App& command, const std::string& message) {
  const CLI::Option* found = nullptr;
  for (const CLI::Option* option : command.get_options()) {
    const std::string name = option->get_name();
    const bool is_longer = found == nullptr || name.size() > found->get_name().size();
    if (message.find(name) != std::string::npos && is_longer) found = option;
  }
  return found;
}

bool is_flag(const CLI::Option& option) { return option.get_expected_max() == 0; }

// "A requires B" → {A, B}.
std::pair<std::string, std::string> two_options(const std::string& message, const char* verb) {
  const std::pair<std::string, std::string> options =
      absl::StrSplit(message, absl::MaxSplits(verb, 1));
  return options;
}

std::string missing_value(const CLI::Option& option) {
  const std::string& what = option.get_description();
  return absl::StrCat(option.get_name(), " needs a value", what.empty() ? "" : ": ", what);
}

std::string missing(const CLI::App& app, const CLI::App& command, const CLI::ParseError& error) {
  const CLI::Option* option = option_in(command, error.what());
  if (&command == &app || option == nullptr) {
    return absl::StrCat("no command was given; expected one of ",
                        absl::StrJoin(command_names(app), ", "));
  }
  return absl::StrCat(command.get_name(), " needs ", option->get_name(), ": ",
                      option->get_description());
}

}  // namespace

std::string why_not(const CLI::Option& option, const CLI::ParseError& error) {
  if (is<CLI::ValidationError>(error)) {
    // "--seeds: " and what our check says (numbers.h, choices.h).
    const std::string message = error.what();
    const std::string prefix = option.get_name() + ": ";
    return message.starts_with(prefix) ? message.substr(prefix.size()) : message;
  }
  const std::string found = absl::StrJoin(option.results(), ",");
  return not_expected(found, is_flag(option) ? "true or false" : option.get_description());
}

std::string usage_error(const CLI::App& app, const CLI::ParseError& error) {
  const CLI::App& command = asked(app);
  const std::vector<std::string> extras = app.remaining(/*recurse=*/true);
  // A command that nobody knows leaves the program without one.
  const bool is_required = is<CLI::RequiredError>(error);
  if (!extras.empty() && (is_required || is<CLI::ExtrasError>(error))) {
    return absl::StrCat("unknown argument ", in_quotes(extras.front()), ".",
                        did_you_mean(extras.front(), known_arguments(app)));
  }
  if (is_required) return missing(app, command, error);
  if (is<CLI::RequiresError>(error)) {
    const auto [option, needed] = two_options(error.what(), " requires ");
    return absl::StrCat(option, " goes with ", needed, ", which was not given");
  }
  if (is<CLI::ExcludesError>(error)) {
    const auto [option, other] = two_options(error.what(), " excludes ");
    return absl::StrCat(option, " and ", other, " exclude each other; give one of them");
  }
  const CLI::Option* option = option_in(command, error.what());
  if (option == nullptr) return "the command line is wrong";
  if (is<CLI::ArgumentMismatch>(error)) return missing_value(*option);
  return absl::StrCat(option->get_name(), ": ", why_not(*option, error));
}

}  // namespace eif
