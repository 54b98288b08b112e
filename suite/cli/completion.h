// Completion scripts for shells: the commands, their options, and the words that an option takes.
// Names of models and desiderata are asked of the program when they are wanted, because plugins
// bring them.
//
//   eval "$(eif-suite completion bash)"
//   eif-suite completion fish > ~/.config/fish/completions/eif-suite.fish
#pragma once

#include <string>
#include <vector>

#include "suite/cli/option_words.h"

namespace eif {

std::string bash_completion(const std::vector<CommandWords>& commands);
std::string zsh_completion(const std::vector<CommandWords>& commands);
std::string fish_completion(const std::vector<CommandWords>& commands);

}  // namespace eif
