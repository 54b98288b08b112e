#include "suite/cli/option_words.h"

#include "absl/strings/str_split.h"
#include "suite/cli/path_option.h"

namespace eif {
namespace {

// "a", "b" of a type "TEXT:{a,b}", as one_of() describes itself.
std::vector<std::string> choices_of(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  const size_t begin = type.find('{');
  const size_t end = type.find('}', begin);
  if (begin == type.npos || end == type.npos) return {};
  return absl::StrSplit(type.substr(begin + 1, end - begin - 1), ',');
}

OptionValue value_of(const CLI::Option& option) {
  if (option.get_expected_max() == 0) return OptionValue::kNone;
  if (!choices_of(option).empty()) return OptionValue::kChoice;
  if (!is_path(option)) return OptionValue::kWord;
  return option.get_type_name() == "DIR" ? OptionValue::kFolder : OptionValue::kFile;
}

OptionWords words_of(const CLI::Option& option) {
  OptionWords words{.long_name = option.get_lnames().front(),
                    .what = option.get_description(),
                    .value = value_of(option),
                    .choices = choices_of(option)};
  if (!option.get_snames().empty()) words.short_name = option.get_snames().front();
  return words;
}

CommandWords words_of(const CLI::App& command) {
  CommandWords words{.name = command.get_name(), .what = command.get_description()};
  for (const CLI::Option* option : command.get_options()) {
    if (!option->get_lnames().empty()) {
      words.options.push_back(words_of(*option));
    } else if (words.choices.empty()) {
      words.choices = choices_of(*option);
    }
  }
  return words;
}

}  // namespace

std::vector<CommandWords> command_words(const CLI::App& app) {
  std::vector<CommandWords> commands;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    commands.push_back(words_of(*command));
  }
  return commands;
}

std::string first_sentence(const std::string& text) {
  const std::string line = text.substr(0, text.find('\n'));
  return line.substr(0, line.find(". "));
}

}  // namespace eif
