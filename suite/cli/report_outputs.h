// -o and --format of commands that report a run, or a comparison of runs: where reports go, and in which form.
//
//   (neither)                                       printed for people
//   --format markdown                               printed as Markdown
//   -o run.md -o run.xml                            two files, by their extensions; nothing is
//   printed -o - -o run.xml                                 the same as printing, and a file -o -
//   -o run.xml --format github                 --format is for the one whose name does not say it
//   -o run.md --format csv                          refused
#pragma once

#include <CLI/App.hpp>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "reports/run_formats.h"

namespace eif {

struct ReportOutputs {
  std::vector<std::string> paths;  // "-": standard output
  std::string format;              // empty: as the names say
};

// A report that is to be made.
struct PlannedReport {
  const RunFormat* format = nullptr;
  std::string path;  // empty: standard output, or of a report that is a folder, the run's own
};

// Adds the two options; `formats` are those that the command takes.
void add_report_outputs(CLI::App& command, ReportOutputs& outputs,
                        const std::vector<const RunFormat*>& formats);

// All rows of a table, or those that can be printed.
std::vector<const RunFormat*> all_of(std::span<const RunFormat> formats);
std::vector<const RunFormat*> documents_of(std::span<const RunFormat> formats);

// In the order of the options; printed in the first of `formats` where they name none.
// kInvalidArgument: a name says no format and --format neither, or the
// two contradict each other, or two reports have the same place.
absl::StatusOr<std::vector<PlannedReport>> plan_reports(
    const ReportOutputs& outputs, const std::vector<const RunFormat*>& formats);

// Makes and writes them; `folder` is the run's own. The first error ends it.
absl::Status write_reports(const std::vector<PlannedReport>& reports, const ReportInput& input,
                           const std::string& folder);

}  // namespace eif
