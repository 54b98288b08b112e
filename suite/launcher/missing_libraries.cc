#include "suite/launcher/missing_libraries.h"

#include <link.h>
#include <sys/auxv.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>
#include <string_view>

#include "suite/launcher/child_output.h"

namespace eif {
namespace {

// The dynamic linker that this process was started with, which finds what a process like it would.
std::string dynamic_linker() {
  std::string path;
  dl_iterate_phdr(
      [](dl_phdr_info* object, size_t, void* found) {
        if (object->dlpi_addr != getauxval(AT_BASE) || object->dlpi_addr == 0) return 0;
        *static_cast<std::string*>(found) = object->dlpi_name;
        return 1;
      },
      &path);
  return path;
}

bool starts_with_one_of(std::string_view name, std::initializer_list<std::string_view> starts) {
  return std::any_of(starts.begin(), starts.end(),
                     [&](std::string_view start) { return name.rfind(start, 0) == 0; });
}

}  // namespace

std::vector<std::string> not_found_in(const std::string& listing) {
  constexpr std::string_view kNotFound = " => not found";
  std::vector<std::string> names;
  std::istringstream lines(listing);
  for (std::string line; std::getline(lines, line);) {
    const size_t end = line.find(kNotFound);
    const size_t start = line.find_first_not_of(" \t");
    if (end == std::string::npos || start >= end) continue;
    const std::string name = line.substr(start, end - start);
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  return names;
}

std::string advice_for(const std::string& name, const std::string& libtorch_version) {
  const std::string pip = "pip install torch==" + libtorch_version;
  if (starts_with_one_of(name, {"libtorch", "libc10"})) {
    return "part of libtorch: " + pip +
           ", or set EIF_LIBTORCH to the folder with its include and lib";
  }
  if (starts_with_one_of(name, {"libcu", "libnv", "libnccl"})) {
    return "NVIDIA's, needed by this CUDA build of libtorch: " + pip +
           " in its Python environment installs it; so does CUDA itself";
  }
  return "of the system: install the package of your distribution that has it";
}

std::vector<MissingLibrary> missing_libraries(const std::filesystem::path& library,
                                              const std::vector<std::filesystem::path>& folders,
                                              const std::string& libtorch_version) {
  const std::string linker = dynamic_linker();
  if (linker.empty()) return {};
  std::string search = "LD_LIBRARY_PATH=";
  for (const std::filesystem::path& folder : folders) search += folder.string() + ":";
  if (const char* inherited = std::getenv("LD_LIBRARY_PATH")) search += inherited;
  while (search.back() == ':') search.pop_back();  // an empty entry would be the working directory
  std::vector<MissingLibrary> missing;
  for (const std::string& name :
       not_found_in(child_output({linker, library}, {"LD_TRACE_LOADED_OBJECTS=1", search}))) {
    missing.push_back({name, advice_for(name, libtorch_version)});
  }
  return missing;
}

}  // namespace eif
