// What a run, and a comparison of runs, can be written as: two tables, from which the command line
// prints, checks and chooses. Every format is made from recorded runs and nothing else. A new one is
// a function and a row of the table in run_formats.cc, or comparison_formats.cc.
//
//   const RunFormat* format = find_format(run_formats(), "csv");
//   absl::StatusOr<std::vector<ReportFile>> files = format->files({run, matrices});
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "reports/report_file.h"
#include "reports/report_format.h"
#include "reports/run_source.h"
#include "suite/core/gate.h"
#include "suite/core/run_result.h"
#include "suite/core/run_store.h"
#include "suite/formats/text_layout.h"

namespace eif {

using ReportFiles = absl::StatusOr<std::vector<ReportFile>>;

// A report that is this one document.
inline ReportFiles document(std::string content) {
  return std::vector<ReportFile>{{.name = "", .content = std::move(content)}};
}

// How a person reads it.
struct ReportStyle {
  bool color = false;
  size_t width = kPageWidth;  // columns
};

// What a report is made of.
struct ReportInput {
  const RunResult& run;
  const RunMatrices& matrices;
  const GatedComparison* comparison = nullptr;  // with earlier runs; null where there is none
  const RunSource* baseline = nullptr;          // the first of these; null where it is not at hand
  ReportStyle style = {};
};

struct RunFormat {
  const char* name;       // of --format
  const char* extension;  // of a file that has it, without the dot; empty: the report is a folder
  const char* what;       // half a sentence for --help
  Reader reader;
  ReportFiles (*files)(const ReportInput& input);

  // One document, which can be printed.
  bool is_document() const { return extension[0] != '\0'; }
};

// The first is what is printed where none is named. With a gate, `comparison` is part of the report.
std::span<const RunFormat> run_formats();
// Of a comparison, which is there.
std::span<const RunFormat> comparison_formats();

// nullptr where there is none of this name.
const RunFormat* find_format(std::span<const RunFormat> formats, const std::string& name);

}  // namespace eif
