#include "suite/launcher/libtorch_places.h"

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string_view>

#include "suite/launcher/child_output.h"

namespace eif {
namespace {

namespace fs = std::filesystem;

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

bool is_there(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

// As eif_find_libtorch() of cmake/EifLibtorch.cmake: `prefix` is a libtorch, or has one inside.
std::vector<fs::path> roots_below(const fs::path& prefix) {
  std::vector<fs::path> roots = {prefix};
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(prefix / "lib", ignored)) {
    if (entry.path().filename().string().rfind("python3", 0) == 0) {
      roots.push_back(entry.path() / "site-packages" / "torch");
    }
  }
  roots.push_back(prefix / "torch");
  roots.push_back(prefix / "libtorch");
  return roots;
}

FoundLibtorch libtorch_below(const fs::path& prefix, const std::string& built_with) {
  for (const fs::path& root : roots_below(prefix)) {
    const fs::path lib = root / "lib";
    if (is_there(lib / "libtorch_cpu.so")) return {lib, version_problem(lib, built_with)};
  }
  return {};
}

std::string minor_version(const std::string& version) {
  return version.substr(0, version.find('.', version.find('.') + 1));
}

// Not by importing torch, which takes seconds and fails where libraries are missing.
constexpr char kTorchFolder[] =
    "import importlib.util as u; s = u.find_spec('torch'); "
    "print(list(s.submodule_search_locations)[0] if s and s.origin else '')";

}  // namespace

LibtorchPlaces places_of_this_process(const fs::path& file) {
  return {.eif_libtorch = variable("EIF_LIBTORCH"),
          .file = file,
          .virtual_env = variable("VIRTUAL_ENV"),
          .conda_prefix = variable("CONDA_PREFIX")};
}

std::string version_of_libtorch(const fs::path& lib) {
  std::ifstream header(lib / ".." / "include" / "torch" / "headeronly" / "version.h");
  std::string version;
  for (std::string line; std::getline(header, line);) {
    for (const std::string_view part : {"MAJOR", "MINOR", "PATCH"}) {
      const std::string start = "#define TORCH_VERSION_" + std::string(part) + " ";
      if (line.rfind(start, 0) != 0) continue;
      if (!version.empty()) version += ".";
      version += line.substr(start.size());
    }
  }
  return version;
}

std::string version_problem(const fs::path& lib, const std::string& built_with) {
  const std::string version = version_of_libtorch(lib);
  if (version.empty() || minor_version(version) == minor_version(built_with)) return "";
  return "libtorch " + version + " in " + lib.string() +
         " cannot be used: this program was built with " + built_with +
         ", and libtorch's C++ interface changes between minor versions. pip install torch==" +
         built_with + " has it; EIF_LIBTORCH names the folder with its include and lib.";
}

FoundLibtorch named_libtorch(const LibtorchPlaces& places, const std::string& built_with) {
  std::string who = "EIF_LIBTORCH";
  std::string folder = places.eif_libtorch;
  if (folder.empty()) {
    who = places.file.string();
    std::ifstream file(places.file);
    std::getline(file, folder);
  }
  if (folder.empty()) return {};
  FoundLibtorch found = libtorch_below(folder, built_with);
  if (found.lib.empty()) {
    found.problem = who + " names " + folder +
                    ", where there is no libtorch: expected a folder with lib/libtorch_cpu.so.";
  }
  return found;
}

std::vector<FoundLibtorch> libtorch_of_python(const LibtorchPlaces& places,
                                              const std::string& built_with) {
  std::vector<FoundLibtorch> found;
  const auto look_in = [&](const fs::path& prefix) {
    FoundLibtorch one = prefix.empty() ? FoundLibtorch{} : libtorch_below(prefix, built_with);
    if (!one.lib.empty()) found.push_back(one);
  };
  look_in(places.virtual_env);
  look_in(places.conda_prefix);
  if (!places.python.empty()) {
    std::istringstream lines(child_output({places.python, "-c", kTorchFolder}));
    std::string folder;
    if (std::getline(lines, folder)) look_in(folder);
  }
  return found;
}

}  // namespace eif
