// What a run can be written as: one table, from which the command line prints, checks and chooses.
// Every format is made from a recorded run and nothing else. A new one is a function and a row of
// the table in run_formats.cc.
//
//   const RunFormat* format = find_run_format("csv");
//   absl::StatusOr<std::vector<ReportFile>> files = format->files(run, matrices, {});
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "reports/report_file.h"
#include "suite/core/run_result.h"
#include "suite/core/run_store.h"
#include "suite/formats/text_layout.h"

namespace eif {

// How a person reads it.
struct ReportStyle {
  bool color = false;
  size_t width = kPageWidth;  // columns
};

struct RunFormat {
  const char* name;       // of --format
  const char* extension;  // of a file that has it, without the dot; empty: the report is a folder
  const char* what;       // half a sentence for --help
  absl::StatusOr<std::vector<ReportFile>> (*files)(const RunResult& run,
                                                   const RunMatrices& matrices,
                                                   const ReportStyle& style);

  // One document, which can be printed.
  bool is_document() const { return extension[0] != '\0'; }
};

std::span<const RunFormat> run_formats();
// nullptr where there is none of this name.
const RunFormat* find_run_format(const std::string& name);

}  // namespace eif
