// A gate in TOML: what a team demands of a run beside a baseline.
//
//   baseline = "baseline.json"              # a run, or what `baseline accept` wrote; beside this file
//   desiderata = ["ontology", "locality"]   # that are judged; default: all of the baseline
//   in_context = true                       # what reading does is judged, too; default: false
//   margin = 0.1                            # how much of what a sample does for itself may be lost
//   worse = "fail"                          # "warn", "pass": what comes of a loss beyond the margin
//   better = "pass"                         # "warn", "fail": what comes of a gain beyond it
//   unclear = "pass"                        # "warn", "fail": what is not shown to be no worse
//
//   [[rule]]                                # the same for a part; a later rule wins
//   desideratum = "ontology"
//   expectation = "subclass_over_reverse"   # default: all of it
//   verdict = "holds"                       # or "not violated": asked for whatever the baseline says
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "suite/core/gate.h"

namespace eif {

struct GateFile {
  std::filesystem::path baseline;  // empty: it names none
  Gate gate;
};

// kInvalidArgument: file, line and key, and what was expected. Other errors: it cannot be read.
absl::StatusOr<GateFile> read_gate_file(const std::filesystem::path& path);

// `file` names the source in messages; a baseline is looked for in its folder.
absl::StatusOr<GateFile> parse_gate(std::string_view text, const std::string& file);

}  // namespace eif
