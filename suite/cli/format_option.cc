#include "suite/cli/format_option.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "suite/cli/choices.h"
#include "suite/cli/path_option.h"
#include "suite/formats/printable.h"
#include "suite/formats/text_layout.h"

namespace eif {
namespace {

std::string list_of(const std::vector<FormatName>& formats) {
  return absl::StrJoin(formats, ", ", [](std::string* out, const FormatName& format) {
    absl::StrAppend(out, ".", format.extension, " (", format.name, ")");
  });
}

// As the extension of the file says, or the number of formats.
size_t format_of_extension(const std::string& path, const std::vector<FormatName>& formats) {
  const std::string extension =
      absl::AsciiStrToLower(std::filesystem::path(path).extension().string());
  const auto found = std::find_if(formats.begin(), formats.end(), [&](const FormatName& format) {
    return "." + format.extension == extension;
  });
  return static_cast<size_t>(found - formats.begin());
}

size_t format_of_name(const std::string& name, const std::vector<FormatName>& formats) {
  const auto found = std::find_if(formats.begin(), formats.end(),
                                  [&](const FormatName& format) { return format.name == name; });
  return static_cast<size_t>(found - formats.begin());
}

}  // namespace

void add_format_options(CLI::App& command, FormatOptions& options,
                        const std::vector<FormatName>& formats) {
  std::vector<std::string> names;
  std::string whats;
  for (const FormatName& format : formats) {
    names.push_back(format.name);
    absl::StrAppend(&whats, whats.empty() ? "" : "; ", format.name, " (.", format.extension,
                    "): ", format.what);
  }
  command
      .add_option("--format", options.format,
                  absl::StrCat("Of the result. ", whats,
                               ". Left out: as the file's extension says, "
                               "or ",
                               names.front()))
      ->check(one_of(names));
  names_path(command.add_option("-o,--output", options.path,
                                "Write to this file instead of printing; - is standard output"),
             "FILE");
}

size_t page_width(const FormatOptions& options) {
  return is_standard_output(options.path) ? output_columns() : kPageWidth;
}

absl::StatusOr<size_t> choose_format(const FormatOptions& options,
                                     const std::vector<FormatName>& formats) {
  const size_t by_extension = format_of_extension(options.path, formats);
  const bool is_known = by_extension < formats.size();
  if (options.format.empty()) {
    if (is_known) return by_extension;
    if (!std::filesystem::path(options.path).has_extension()) return 0;
    return absl::InvalidArgumentError(
        absl::StrCat("-o ", in_quotes(options.path), ": no format has this extension; expected ",
                     list_of(formats), ", or say which with --format"));
  }
  const size_t by_name = format_of_name(options.format, formats);
  if (by_name == formats.size()) {
    return absl::InvalidArgumentError(absl::StrCat("--format ", options.format,
                                                   ": this result has no such form; expected ",
                                                   list_of(formats)));
  }
  if (is_known && by_extension != by_name) {
    return absl::InvalidArgumentError(
        absl::StrCat("-o ", in_quotes(options.path), " is the name of ", formats[by_extension].name,
                     ", and --format is ", options.format,
                     "; leave one of them out, or name the file .", formats[by_name].extension));
  }
  if (formats[by_name].reader == Reader::kBinary && is_standard_output(options.path) &&
      isatty(output_descriptor()) != 0) {
    return absl::InvalidArgumentError(absl::StrCat(
        "--format ", options.format, " is no text for a terminal; name a file with -o"));
  }
  return by_name;
}

}  // namespace eif
