#include "suite/cli/man_page.h"

#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "suite/cli/option_words.h"

namespace eif {
namespace {

// Text that troff takes as it is: no escape, no request at the beginning of a line.
std::string plain(const std::string& text) {
  const std::string escaped = absl::StrReplaceAll(text, {{"\\", "\\e"}, {"-", "\\-"}});
  return escaped.starts_with(".") || escaped.starts_with("'") ? "\\&" + escaped : escaped;
}

// Paragraphs, and lines that begin with spaces, as examples do, as they are.
std::string prose(const std::string& text) {
  std::string page;
  bool is_example = false;
  const std::vector<std::string> lines = absl::StrSplit(text, '\n');
  for (const std::string& line : lines) {
    const bool is_indented = line.starts_with(" ");
    if (is_indented != is_example) {
      page += is_indented ? ".nf\n" : ".fi\n";
      is_example = is_indented;
    }
    page += line.empty() ? ".PP\n" : plain(line) + "\n";
  }
  if (is_example) page += ".fi\n";
  return page;
}

std::string value_text(const OptionWords& option) {
  switch (option.value) {
    case OptionValue::kNone:
      return "";
    case OptionValue::kChoice:
      return " " + absl::StrJoin(option.choices, "|");
    case OptionValue::kFile:
      return " \\fIFILE\\fR";
    case OptionValue::kFolder:
      return " \\fIDIR\\fR";
    case OptionValue::kWord:
      break;
  }
  return " \\fIVALUE\\fR";
}

std::string option_entry(const OptionWords& option) {
  return absl::StrCat(
      ".TP\n\\fB", option.short_name.empty() ? "" : plain("-" + option.short_name) + "\\fR, \\fB",
      plain("--" + option.long_name), "\\fR", value_text(option), "\n",
      plain(absl::StrReplaceAll(option.what, {{"\n", " "}})), "\n");
}

std::string command_section(const CLI::App& app, const CommandWords& words) {
  const CLI::App* command = app.get_subcommand(words.name);
  std::string page = absl::StrCat(".SS ", words.name, "\n", plain(words.what), ".\n");
  if (const std::string footer = command->get_footer(); !footer.empty()) {
    absl::StrAppend(&page, ".PP\n", prose(footer));
  }
  for (const OptionWords& option : words.options) page += option_entry(option);
  return page;
}

}  // namespace

std::string man_page(const CLI::App& app, const std::string& version) {
  std::string page = absl::StrCat(".TH EIF\\-SUITE 1 \"\" \"eif\\-suite ", version,
                                  "\"\n.SH NAME\neif\\-suite \\- what training a "
                                  "model on one sample does to its loss on others\n.SH "
                                  "SYNOPSIS\n.B eif\\-suite\n[\\fICOMMAND\\fR] "
                                  "[\\fIOPTION\\fR ...]\n.SH DESCRIPTION\n",
                                  plain(app.get_description()), "\n.PP\n", prose(app.get_footer()),
                                  ".SH COMMANDS\n");
  for (const CommandWords& command : command_words(app)) page += command_section(app, command);
  return page;
}

}  // namespace eif
