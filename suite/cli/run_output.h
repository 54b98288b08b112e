// A run, as a report in one of its formats, to standard output, a file or a folder.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "reports/run_formats.h"

namespace eif {

// The names that --format takes; of those that can be printed, or of all.
std::vector<std::string> document_format_names();
std::vector<std::string> run_format_names();
// What those of the names are, for --help.
std::string run_formats_help(const std::vector<std::string>& names);

// Prints a document.
absl::Status print_run(const RunFormat& format, const RunResult& run, const RunMatrices& matrices);

// Writes it to the file at `path`, or where it is more than one document below the folder.
absl::Status write_run(const RunFormat& format, const RunResult& run, const RunMatrices& matrices,
                       const std::string& path);

}  // namespace eif
