// What a command line may have, read off the commands themselves: for completion and the man page,
// which so cannot fall behind.
#pragma once

#include <CLI/App.hpp>
#include <string>
#include <vector>

namespace eif {

// What may follow an option.
enum class OptionValue { kNone, kWord, kChoice, kFile, kFolder };

struct OptionWords {
  std::string long_name;   // without "--"
  std::string short_name;  // without "-"; empty where there is none
  std::string what;        // for a person
  OptionValue value = OptionValue::kNone;
  std::vector<std::string> choices;  // of kChoice
};

struct CommandWords {
  std::string name;
  std::string what;
  std::vector<OptionWords> options;
  std::vector<std::string> choices;  // of its first argument
};

// The commands of the program, in order.
std::vector<CommandWords> command_words(const CLI::App& app);

// Up to the first full stop: a line of a menu.
std::string first_sentence(const std::string& text);

}  // namespace eif
