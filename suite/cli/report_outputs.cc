#include "suite/cli/report_outputs.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "suite/cli/choices.h"
#include "suite/cli/output.h"
#include "suite/cli/path_option.h"
#include "suite/cli/run_output.h"
#include "suite/formats/printable.h"

namespace eif {
namespace {

using Formats = std::vector<const RunFormat*>;

std::vector<std::string> names_of(const Formats& formats) {
  std::vector<std::string> names;
  for (const RunFormat* format : formats) names.emplace_back(format->name);
  return names;
}

// "terminal: for people" with the extension of its files.
std::string help_of(const Formats& formats) {
  std::string text = "Form of the report.";
  for (const RunFormat* format : formats) {
    absl::StrAppend(&text, " ", format->name);
    if (format->is_document()) absl::StrAppend(&text, " (.", format->extension, ")");
    absl::StrAppend(&text, ": ", format->what, ".");
  }
  return text;
}

// nullptr where no format has the extension.
const RunFormat* format_of_path(const std::string& path, const Formats& formats) {
  const std::string extension =
      absl::AsciiStrToLower(std::filesystem::path(path).extension().string());
  const auto found = std::find_if(formats.begin(), formats.end(), [&](const RunFormat* format) {
    return format->is_document() && extension == absl::StrCat(".", format->extension);
  });
  return found == formats.end() ? nullptr : *found;
}

const RunFormat* format_of_name(const std::string& name, const Formats& formats) {
  const auto found = std::find_if(formats.begin(), formats.end(),
                                  [&](const RunFormat* format) { return name == format->name; });
  return found == formats.end() ? nullptr : *found;
}

absl::Status check_distinct(const std::vector<std::string>& paths) {
  std::set<std::filesystem::path> seen;
  for (const std::string& path : paths) {
    if (!seen.insert(std::filesystem::path(path).lexically_normal()).second) {
      return absl::InvalidArgumentError(
          absl::StrCat("-o ", in_quotes(path), " is there twice; name each report once"));
    }
  }
  return absl::OkStatus();
}

absl::Status contradiction(const ReportOutputs& outputs) {
  if (outputs.paths.size() == 1) {
    return absl::InvalidArgumentError(absl::StrCat(
        "--format ", outputs.format, " and the name ", in_quotes(outputs.paths.front()),
        " contradict each other; leave one of them out"));
  }
  return absl::InvalidArgumentError(
      absl::StrCat("--format ", outputs.format,
                   " is for a report whose name does not say its form, "
                   "and all names do; leave it out, or print it as well with -o -"));
}

// Of what is a folder the name says nothing.
absl::Status unclear(const std::string& path, Formats formats) {
  std::erase_if(formats, [](const RunFormat* format) { return !format->is_document(); });
  return absl::InvalidArgumentError(
      absl::StrCat("which form is ", in_quotes(path),
                   " to have? Say --format NAME, for one report, or give the "
                   "name one of these ends: ",
                   absl::StrJoin(formats, ", ", [](std::string* out, const RunFormat* format) {
                     absl::StrAppend(out, ".", format->extension);
                   })));
}

absl::Status no_single_document(const RunFormat& format) {
  return absl::InvalidArgumentError(
      absl::StrCat("--format ", format.name,
                   " makes files in a folder, and -o - is standard output, which takes one "
                   "document; name a folder, or leave -o out for the run's own"));
}

}  // namespace

void add_report_outputs(CLI::App& command, ReportOutputs& outputs, const Formats& formats) {
  command
      .add_option("--format", outputs.format,
                  absl::StrCat(help_of(formats),
                               " Left out: as the file's end says, or ", formats.front()->name,
                               ". With several -o it "
                               "is for the one whose name has no such end"))
      ->check(one_of(names_of(formats)));
  names_path(command.add_option("-o,--output", outputs.paths,
                                "Write to this file instead of printing; its end picks the form. "
                                "May be given several times; - is standard output"),
             "FILE")
      ->allow_extra_args(false);
}

Formats all_of(std::span<const RunFormat> formats) {
  Formats all;
  for (const RunFormat& format : formats) all.push_back(&format);
  return all;
}

Formats documents_of(std::span<const RunFormat> formats) {
  Formats documents = all_of(formats);
  std::erase_if(documents, [](const RunFormat* format) { return !format->is_document(); });
  return documents;
}

absl::StatusOr<std::vector<PlannedReport>> plan_reports(const ReportOutputs& outputs,
                                                        const Formats& formats) {
  const RunFormat* named = format_of_name(outputs.format, formats);
  if (outputs.paths.empty()) {
    return std::vector<PlannedReport>{{named == nullptr ? formats.front() : named, ""}};
  }
  if (absl::Status status = check_distinct(outputs.paths); !status.ok()) return status;
  std::vector<PlannedReport> reports;
  bool is_named_used = false;
  for (const std::string& path : outputs.paths) {
    const bool is_printed = path == kStandardOutput;
    const RunFormat* format = format_of_path(path, formats);
    if (format == nullptr && named != nullptr && !is_named_used) {
      format = named;
      is_named_used = true;
    } else if (format == nullptr && is_printed) {
      format = formats.front();
    } else if (format == nullptr) {
      return unclear(path, formats);
    } else if (format == named && outputs.paths.size() == 1) {
      is_named_used = true;  // said twice
    }
    if (is_printed && !format->is_document()) return no_single_document(*format);
    reports.push_back({format, is_printed ? "" : path});
  }
  if (named != nullptr && !is_named_used) return contradiction(outputs);
  return reports;
}

absl::Status write_reports(const std::vector<PlannedReport>& reports, const ReportInput& input,
                           const std::string& folder) {
  for (const PlannedReport& report : reports) {
    const bool is_printed = report.path.empty() && report.format->is_document();
    const std::string& path = report.path.empty() ? folder : report.path;
    absl::Status status = is_printed ? print_report(*report.format, input)
                                     : write_report(*report.format, input, path);
    if (!status.ok()) return status;
    if (!is_printed) say(absl::StrCat("wrote ", path));
  }
  return absl::OkStatus();
}

}  // namespace eif
