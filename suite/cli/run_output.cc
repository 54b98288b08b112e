#include "suite/cli/run_output.h"

#include <filesystem>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "suite/cli/commands.h"
#include "suite/cli/output.h"
#include "suite/cli/progress.h"
#include "suite/formats/atomic_file.h"

namespace eif {
namespace {

std::vector<std::string> names_where(bool (*is_meant)(const RunFormat&)) {
  std::vector<std::string> names;
  for (const RunFormat& format : run_formats()) {
    if (is_meant(format)) names.emplace_back(format.name);
  }
  return names;
}

}  // namespace

std::vector<std::string> document_format_names() {
  return names_where([](const RunFormat& format) { return format.is_document(); });
}

std::vector<std::string> run_format_names() {
  return names_where([](const RunFormat&) { return true; });
}

std::string run_formats_help(const std::vector<std::string>& names) {
  std::string text = "Form of the report.";
  for (const std::string& name : names) {
    absl::StrAppend(&text, " ", name, ": ", find_run_format(name)->what, ".");
  }
  return text;
}

absl::Status print_run(const RunFormat& format, const RunResult& run, const RunMatrices& matrices) {
  const absl::StatusOr<std::vector<ReportFile>> files =
      format.files(run, matrices, {.color = stdout_shows_color(), .width = output_columns()});
  if (!files.ok()) return files.status();
  const bool is_for_people = std::string_view(format.name) == "terminal";
  return print(files->front().content, is_for_people ? Content::kText : Content::kData);
}

absl::Status write_run(const RunFormat& format, const RunResult& run, const RunMatrices& matrices,
                       const std::string& path) {
  const absl::StatusOr<std::vector<ReportFile>> files = format.files(run, matrices, {});
  if (!files.ok()) return files.status();
  for (const ReportFile& file : *files) {
    const std::filesystem::path whole = format.is_document()
                                            ? std::filesystem::path(path)
                                            : std::filesystem::path(path) / file.name;
    if (absl::Status written = write_file_atomically(whole, file.content); !written.ok()) {
      return written;
    }
  }
  return absl::OkStatus();
}

}  // namespace eif
