// What a result can be written as: one table for each kind of result, from which the command line
// prints, checks and chooses. A new format is one row.
//
//   constexpr ReportFormat<RateSweep> kFormats[] = {
//       {"table", "txt", "for people", Reader::kPerson, sweep_table},
//       {"json", "json", "for programs", Reader::kProgram, sweep_json}};
#pragma once

#include <string>

namespace eif {

enum class Reader {
  kPerson,   // lines of text
  kProgram,  // text with all digits
  kBinary,   // bytes that no terminal should get
  kPicture,  // text that a browser draws
};

template <typename... Result>
struct ReportFormat {
  const char* name;       // of --format
  const char* extension;  // of a file that has it, without the dot
  const char* what;
  Reader reader;
  std::string (*document)(const Result&...);
};

}  // namespace eif
