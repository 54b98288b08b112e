// Names that come from users and plugins, as parts of paths.
#pragma once

#include <string>

namespace eif {

// Only characters that are harmless in file names, and none hidden.
std::string file_name(const std::string& name);

}  // namespace eif
