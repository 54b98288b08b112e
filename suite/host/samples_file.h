// The samples that users write for their own measurements, in either of two formats: TOML
// (domains/domain_file.h), and .jsonl, one sample a line as a JSON object with the same keys:
//
//   {"id": "fact", "text": "a klarbu is a pimjon"}
//   {"text": ["a klarbu is a pimjon", "all pimjons have a greev"]}
//   {"id": "lives", "prompt": "Corvan lives in", "completion": " Paris."}
//
// A line without an id is called after its number: "line_2", or what it is for: "query_2".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "eif/domain.h"

namespace eif {

// By the end of the file's name. All errors but those of opening the file are kInvalidArgument and
// begin with "file:line:".
// `line_name`: what a line without an id is called.
absl::StatusOr<std::vector<Sample>> read_samples_file(const std::string& path,
                                                      const std::string& line_name = "line");

// `file` names the source of `lines` in messages; no file is opened.
absl::StatusOr<std::vector<Sample>> parse_samples_jsonl(std::string_view lines,
                                                        const std::string& file,
                                                        const std::string& line_name = "line");

}  // namespace eif
