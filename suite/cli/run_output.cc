#include "suite/cli/run_output.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "suite/cli/format_option.h"
#include "suite/cli/output.h"
#include "suite/cli/progress.h"
#include "suite/formats/atomic_file.h"
#include "suite/formats/printable.h"

namespace eif {
namespace {

// A file that is collected: whoever named it in the variable reads it later.
absl::Status add_to_collected(const ReportFile& file) {
  const char* path = std::getenv(file.collected_in.c_str());
  if (path == nullptr || path[0] == '\0') return absl::OkStatus();
  std::ofstream stream(path, std::ios::binary | std::ios::app);
  stream << file.content << std::flush;
  if (stream) return absl::OkStatus();
  return absl::UnavailableError(
      absl::StrCat("cannot add to ", in_quotes(path), ", which ", file.collected_in, " names"));
}

absl::Status write_file(const RunFormat& format, const ReportFile& file, const std::string& path) {
  if (!file.collected_in.empty()) return add_to_collected(file);
  return write_file_atomically(
      format.is_document() ? std::filesystem::path(path) : std::filesystem::path(path) / file.name,
      file.content);
}

}  // namespace

absl::Status print_report(const RunFormat& format, const ReportInput& input) {
  ReportInput printed = input;
  printed.style = {.color = stdout_shows_color(), .width = output_columns()};
  const absl::StatusOr<std::vector<ReportFile>> files = format.files(printed);
  if (!files.ok()) return files.status();
  for (const ReportFile& file : *files) {
    absl::Status status = file.collected_in.empty()
                              ? print(file.content, content_of(format.reader))
                              : add_to_collected(file);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status write_report(const RunFormat& format, const ReportInput& input,
                          const std::string& path) {
  const absl::StatusOr<std::vector<ReportFile>> files = format.files(input);
  if (!files.ok()) return files.status();
  for (const ReportFile& file : *files) {
    if (absl::Status written = write_file(format, file, path); !written.ok()) return written;
  }
  return absl::OkStatus();
}

}  // namespace eif
