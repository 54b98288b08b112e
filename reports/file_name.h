// Names that come from users and plugins, as parts of paths.
//
//   file_name("smollm2")                "smollm2"
//   file_name("./checkpoint-500/")      "checkpoint-500"
//   file_name("runs/a/checkpoint-500")  "checkpoint-500+1f0c6a7b"
#pragma once

#include <string>

namespace eif {

// The last part of a path, or the name itself, in characters that are harmless in file names; none
// is hidden. Where that is not all of the name, a hash of it follows, so that two names do not
// share a file.
std::string file_name(const std::string& name);

}  // namespace eif
