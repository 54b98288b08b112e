// Where this tree and its build are. The paths are compiled into one object, and not into every
// test's command line, so that ccache gives a clone in another folder the objects of this one.
#pragma once

#include <filesystem>

namespace eif {

std::filesystem::path source_folder();
std::filesystem::path build_folder();

}  // namespace eif
