// A command line as one types it into a shell, which reads the same arguments from it.
//
//   command_text({"eif-suite", "run", "--model", "my model"})   // eif-suite run --model 'my model'
#pragma once

#include <string>
#include <vector>

namespace eif {

// One argument, in quotes where the shell would read something else. Whatever it holds, it is on
// one line: characters that show nothing, and bytes that are no text, are written as bash and zsh
// read them ($'a\x0ab').
std::string shell_argument(const std::string& text);

std::string command_text(const std::vector<std::string>& arguments);

}  // namespace eif
