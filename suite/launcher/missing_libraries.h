// Which shared libraries a library needs and this machine lacks: all of them at once, where
// dlopen() stops at the first.
//
//   missing_libraries("/opt/torch/lib/libtorch.so", {})
//     {{"libcudart.so.13", "NVIDIA's: pip install torch==2.13.0 installs it …"}, …}
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace eif {

struct MissingLibrary {
  std::string name;    // "libcudart.so.13"
  std::string advice;  // whose it is and how to get it; no full stop
};

// The ones that `library` and what it needs would not find, with `folders` searched as well.
// Nothing where the dynamic linker cannot be asked.
std::vector<MissingLibrary> missing_libraries(const std::filesystem::path& library,
                                              const std::vector<std::filesystem::path>& folders,
                                              const std::string& libtorch_version);

// From what the dynamic linker prints when it lists what a library needs.
std::vector<std::string> not_found_in(const std::string& listing);

// How to get a library of this name.
std::string advice_for(const std::string& name, const std::string& libtorch_version);

}  // namespace eif
