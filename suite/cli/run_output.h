// A report in one of its formats, to standard output, a file or a folder.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "reports/run_formats.h"

namespace eif {

// Prints a document.
absl::Status print_report(const RunFormat& format, const ReportInput& input);

// Writes it to the file at `path`, or where it is more than one document below the folder.
absl::Status write_report(const RunFormat& format, const ReportInput& input,
                          const std::string& path);

}  // namespace eif
