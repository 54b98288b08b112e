// --format and -o, which belong together: a file's extension says what it holds.
//
//   -o m.csv                 CSV
//   -o m.dat --format csv    CSV
//   -o m.csv --format json   refused
//   (neither)                the first format of the table
#pragma once

#include <CLI/App.hpp>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "reports/report_format.h"
#include "suite/cli/commands.h"

namespace eif {

struct FormatOptions {
  std::string format;  // empty: as the extension says
  std::string path;    // empty: standard output
};

// A row of a table of formats, whatever it writes.
struct FormatName {
  std::string name, extension, what;
  Reader reader = Reader::kPerson;
};

void add_format_options(CLI::App& command, FormatOptions& options,
                        const std::vector<FormatName>& formats);

// Index of the chosen row. kInvalidArgument: the extension and --format disagree, no format has the
// extension and none is named, bytes would go to a terminal, or --format names a row of another
// table of the same command.
absl::StatusOr<size_t> choose_format(const FormatOptions& options,
                                     const std::vector<FormatName>& formats);

template <typename Row, size_t Extent>
std::vector<FormatName> format_names(std::span<const Row, Extent> rows) {
  std::vector<FormatName> names;
  for (const Row& row : rows) names.push_back({row.name, row.extension, row.what, row.reader});
  return names;
}

// Columns of a page for people: the terminal's, or a file's.
size_t page_width(const FormatOptions& options);

inline Content content_of(Reader reader) {
  return reader == Reader::kPerson ? Content::kText : Content::kData;
}

}  // namespace eif
