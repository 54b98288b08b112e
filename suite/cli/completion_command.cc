#include <memory>
#include <string>

#include "suite/cli/choices.h"
#include "suite/cli/commands.h"
#include "suite/cli/completion.h"
#include "suite/cli/exit_code.h"
#include "suite/cli/man_page.h"

namespace eif {
namespace {

int completion(const CLI::App& app, const std::string& shell) {
  const std::vector<CommandWords> commands = command_words(app);
  if (shell == "bash") return print_result(bash_completion(commands), kSuccess, Content::kData);
  if (shell == "zsh") return print_result(zsh_completion(commands), kSuccess, Content::kData);
  return print_result(fish_completion(commands), kSuccess, Content::kData);
}

}  // namespace

Command add_completion_command(CLI::App& app) {
  CLI::App* command =
      app.add_subcommand("completion", "A script that completes commands in a shell");
  command->footer(
      "Examples:\n"
      "  eif-suite completion bash\n"
      "  eif-suite completion zsh\n"
      "  eif-suite completion fish\n\n"
      "To have it in every shell: eval \"$(eif-suite completion bash)\" in ~/.bashrc, the same "
      "with\n"
      "zsh after compinit in ~/.zshrc, eif-suite completion fish | source in\n"
      "~/.config/fish/config.fish.");
  auto shell = std::make_shared<std::string>();
  command->add_option("shell", *shell, "bash, zsh or fish")
      ->required()
      ->check(one_of({"bash", "zsh", "fish"}));
  return [&app, shell](const Invocation&) { return completion(app, *shell); };
}

Command add_man_command(CLI::App& app) {
  CLI::App* command = app.add_subcommand("man", "The manual page, for man");
  command->footer(
      "Examples:\n"
      "  eif-suite man\n\n"
      "To read it: eif-suite man | man -l -. To keep it:\n"
      "eif-suite man > ~/.local/share/man/man1/eif-suite.1");
  return [&app](const Invocation&) {
    return print_result(man_page(app, EIF_VERSION), kSuccess, Content::kData);
  };
}

}  // namespace eif
