#include "suite/cli/completion.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"

namespace eif {
namespace {

// What `eif-suite list` shows of a kind; empty where the option takes none of these names.
std::string listed_kind(const OptionWords& option) {
  if (option.long_name == "model") return "models";
  return option.long_name == "desideratum" ? "desiderata" : "";
}

std::string names_of(const std::vector<CommandWords>& commands) {
  return absl::StrJoin(commands, " ",
                       [](std::string* out, const CommandWords& command) { *out += command.name; });
}

std::string in_single_quotes(const std::string& text) {
  return absl::StrCat("'", absl::StrReplaceAll(text, {{"'", "'\\''"}}), "'");
}

// ---- bash --------------------------------------------------------------------------------------

std::string bash_options(const CommandWords& command) {
  return absl::StrJoin(command.options, " ", [](std::string* out, const OptionWords& option) {
    absl::StrAppend(out, "--", option.long_name);
  });
}

// A case of what may follow an option. A path has none: bash itself completes it.
std::string bash_case(const CommandWords& command, const OptionWords& option) {
  const std::string kind = listed_kind(option);
  if (option.value == OptionValue::kNone) return "";
  std::string pattern = absl::StrCat("    ", command.name, "/--", option.long_name);
  if (!option.short_name.empty()) {
    absl::StrAppend(&pattern, "|", command.name, "/-", option.short_name);
  }
  std::string action = "return";
  if (option.value == OptionValue::kChoice) {
    action = absl::StrCat("words=", in_single_quotes(absl::StrJoin(option.choices, " ")));
  } else if (!kind.empty()) {
    action = absl::StrCat("words=$(_eif_suite_names ", kind, ") prefix=${word%\"${word##*,}\"}");
  }
  return absl::StrCat(pattern, ") ", action, " ;;\n");
}

}  // namespace

std::string bash_completion(const std::vector<CommandWords>& commands) {
  std::string values, options, arguments;
  for (const CommandWords& command : commands) {
    for (const OptionWords& option : command.options) values += bash_case(command, option);
    absl::StrAppend(&options, "      ", command.name, ") words='", bash_options(command), "' ;;\n");
    if (!command.choices.empty()) {
      absl::StrAppend(&arguments, "      ", command.name, ") words='",
                      absl::StrJoin(command.choices, " "), "' ;;\n");
    }
  }
  return absl::StrCat(
      "# Completion of eif-suite for bash: eval \"$(eif-suite completion bash)\"\n"
      "_eif_suite_names() {\n"
      "  \"${COMP_WORDS[0]}\" list \"$1\" 2>/dev/null | sed -n 's/^  \\([a-z0-9_]*\\) .*/\\1/p'\n"
      "}\n"
      "_eif_suite() {\n"
      "  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}\n"
      "  local command=run words='' prefix='' commands='",
      names_of(commands),
      "'\n"
      "  COMPREPLY=()\n"
      "  [[ \" $commands \" == *\" ${COMP_WORDS[1]} \"* ]] && command=${COMP_WORDS[1]}\n"
      "  case $command/$before in\n",
      values,
      "    *) if [[ $word == -* ]]; then\n"
      "      case $command in\n",
      options,
      "      esac\n"
      "    elif (( COMP_CWORD == 1 )); then\n"
      "      words=$commands\n"
      "    else\n"
      "      case $command in\n",
      arguments,
      "      *) return ;;\n"
      "      esac\n"
      "    fi ;;\n"
      "  esac\n"
      "  mapfile -t COMPREPLY < <(compgen -P \"$prefix\" -W \"$words\" -- "
      "\"${word#\"$prefix\"}\")\n"
      "}\n"
      "complete -o default -F _eif_suite eif-suite\n");
}

// ---- zsh ---------------------------------------------------------------------------------------

namespace {

// Within a specification of _arguments, in single quotes.
std::string zsh_text(const std::string& text) {
  return absl::StrReplaceAll(
      text, {{"\\", "\\\\"}, {"[", "\\["}, {"]", "\\]"}, {":", "\\:"}, {"'", "'\\''"}});
}

std::string zsh_action(const OptionWords& option) {
  const std::string kind = listed_kind(option);
  switch (option.value) {
    case OptionValue::kNone:
      return "";
    case OptionValue::kChoice:
      return absl::StrCat(":value:(", absl::StrJoin(option.choices, " "), ")");
    case OptionValue::kFile:
      return ":file:_files";
    case OptionValue::kFolder:
      return ":folder:_files -/";
    case OptionValue::kWord:
      break;
  }
  return kind.empty() ? ":value: " : absl::StrCat(":name:_eif_suite_names ", kind);
}

std::string zsh_command(const CommandWords& command) {
  std::string specifications;
  for (const OptionWords& option : command.options) {
    absl::StrAppend(&specifications, " \\\n        '*--", option.long_name, "[",
                    zsh_text(first_sentence(option.what)), "]", zsh_action(option), "'");
  }
  const std::string argument =
      command.choices.empty()
          ? "'*:file:_files'"
          : absl::StrCat("'1:what:(", absl::StrJoin(command.choices, " "), ")'");
  return absl::StrCat("    ", command.name, ") _arguments ", argument, specifications, " ;;\n");
}

}  // namespace

std::string zsh_completion(const std::vector<CommandWords>& commands) {
  std::string described, cases;
  for (const CommandWords& command : commands) {
    absl::StrAppend(&described, "    '", command.name, ":", zsh_text(first_sentence(command.what)),
                    "'\n");
    cases += zsh_command(command);
  }
  return absl::StrCat(
      "#compdef eif-suite\n"
      "# Completion of eif-suite for zsh: eval \"$(eif-suite completion zsh)\" after compinit, or "
      "this\n"
      "# text as the file _eif-suite in a folder of $fpath.\n"
      "_eif_suite_names() {\n"
      "  local -a names\n"
      "  names=(${(f)\"$(${_eif_suite_program} list $1 2>/dev/null | sed -n 's/^  "
      "\\([a-z0-9_]*\\) .*/\\1/p')\"})\n"
      "  compset -P '*,'\n"
      "  compadd -S '' -a names\n"
      "}\n"
      "_eif_suite() {\n"
      "  local -a commands\n"
      "  local command=run _eif_suite_program=$words[1]\n"
      "  commands=(\n",
      described,
      "  )\n"
      "  if (( CURRENT == 2 )) && [[ $words[2] != -* ]]; then\n"
      "    _describe command commands\n"
      "    return\n"
      "  fi\n"
      "  if [[ $words[2] != -* ]]; then\n"
      "    command=$words[2]\n"
      "    shift words\n"
      "    (( CURRENT-- ))\n"
      "  fi\n"
      "  case $command in\n",
      cases,
      "  esac\n"
      "}\n"
      "if [[ $funcstack[1] == _eif-suite ]]; then\n"
      "  _eif_suite \"$@\"\n"
      "else\n"
      "  compdef _eif_suite eif-suite\n"
      "fi\n");
}

// ---- fish --------------------------------------------------------------------------------------

namespace {

std::string fish_text(const std::string& text) {
  return absl::StrCat("'", absl::StrReplaceAll(text, {{"\\", "\\\\"}, {"'", "\\'"}}), "'");
}

std::string fish_value(const OptionWords& option) {
  const std::string kind = listed_kind(option);
  switch (option.value) {
    case OptionValue::kNone:
      return "";
    case OptionValue::kChoice:
      return absl::StrCat(" -x -a ", fish_text(absl::StrJoin(option.choices, " ")));
    case OptionValue::kFile:
      return " -r -F";
    case OptionValue::kFolder:
      return " -x -a '(__fish_complete_directories)'";
    case OptionValue::kWord:
      break;
  }
  return kind.empty() ? " -x" : absl::StrCat(" -x -a '(__eif_suite_names ", kind, ")'");
}

std::string fish_command(const CommandWords& command) {
  const std::string condition = absl::StrCat(" -n '__eif_suite_is ", command.name, "'");
  std::string lines =
      absl::StrCat("complete -c eif-suite -f -n __eif_suite_has_no_command -a ", command.name,
                   " -d ", fish_text(first_sentence(command.what)), "\n");
  if (!command.choices.empty()) {
    absl::StrAppend(&lines, "complete -c eif-suite -f", condition, " -a ",
                    fish_text(absl::StrJoin(command.choices, " ")), "\n");
  }
  for (const OptionWords& option : command.options) {
    absl::StrAppend(&lines, "complete -c eif-suite", condition, " -l ", option.long_name,
                    option.short_name.empty() ? "" : " -s ", option.short_name, fish_value(option),
                    " -d ", fish_text(first_sentence(option.what)), "\n");
  }
  return lines;
}

}  // namespace

std::string fish_completion(const std::vector<CommandWords>& commands) {
  std::string lines =
      "# Completion of eif-suite for fish: eif-suite completion fish | source\n"
      "function __eif_suite_command\n"
      "  set -l words (commandline -opc)\n"
      "  if test (count $words) -lt 2; or string match -q -- '-*' $words[2]\n"
      "    echo run\n"
      "  else\n"
      "    echo $words[2]\n"
      "  end\n"
      "end\n"
      "function __eif_suite_is\n"
      "  test (__eif_suite_command) = $argv[1]\n"
      "end\n"
      "function __eif_suite_has_no_command\n"
      "  test (count (commandline -opc)) -lt 2\n"
      "end\n"
      "function __eif_suite_names\n"
      "  set -l words (commandline -opc)\n"
      "  set -l before (string match -r -- '.*,' (commandline -ct))\n"
      "  for name in ($words[1] list $argv[1] 2>/dev/null | string match -rg '^  ([a-z0-9_]+) ')\n"
      "    echo \"$before$name\"\n"
      "  end\n"
      "end\n";
  for (const CommandWords& command : commands) lines += fish_command(command);
  return lines;
}

}  // namespace eif
