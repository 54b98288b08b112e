// Models that come with the program: share/eif-suite/models, in the build folder and where it is
// installed.
//
//   own_model("positive-control")  // /usr/share/eif-suite/models/positive-control
#pragma once

#include <filesystem>
#include <string>

namespace eif {

// Looked for above the library that this code is in, which may have been moved with all that was
// installed beside it: above PREFIX/lib/eif-suite/causal_lm.so, that is
// PREFIX/share/eif-suite/models. Where there is none, the place where it would be is named.
std::filesystem::path own_model(const std::string& name);

}  // namespace eif
