// Where libtorch is, for a program that runs on a machine other than the one that built it.
//
//   const FoundLibtorch found = named_libtorch(places_of_this_process(file), "2.13.0");
//   if (found.problem.empty() && !found.lib.empty()) …  // found.lib / "libtorch_cpu.so"
//
// Only the minor version that the program was built with will do: between minor versions libtorch's
// C++ interface changes. Its headers say which it is; a libtorch without headers is taken at its
// word. CPU and CUDA builds of one version are interchangeable.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace eif {

// Where to look; empty where nothing was said.
struct LibtorchPlaces {
  std::string eif_libtorch;  // EIF_LIBTORCH: the folder with libtorch's include/ and lib/
  // Says the same for all who use an installed program. `cmake --install` writes it; a package has
  // none.
  std::filesystem::path file;
  std::string virtual_env;  // VIRTUAL_ENV, CONDA_PREFIX: the active Python environments
  std::string conda_prefix;
  std::string python =
      "python3";  // looked for on PATH; asked only where nothing else has a libtorch
};
LibtorchPlaces places_of_this_process(const std::filesystem::path& file);

struct FoundLibtorch {
  std::filesystem::path lib;  // the folder with libtorch_cpu.so; empty: there is none
  std::string problem;        // a whole sentence, where there is one and it cannot be used
};

// The version of the libtorch whose libraries are in `lib`, such as "2.13.0"; "" where nothing says
// it.
std::string version_of_libtorch(const std::filesystem::path& lib);

// Empty if a program built with libtorch `built_with` can use the one in `lib`; otherwise why not,
// and what to do.
std::string version_problem(const std::filesystem::path& lib, const std::string& built_with);

// The libtorch that EIF_LIBTORCH names, or else the first line of places.file. Nothing where
// neither names one; a problem where what is named is wrong.
FoundLibtorch named_libtorch(const LibtorchPlaces& places, const std::string& built_with);

// Those of the Python environments: the active ones, then python3's. One with a problem is to be
// passed over, and to be named if no other is found.
std::vector<FoundLibtorch> libtorch_of_python(const LibtorchPlaces& places,
                                              const std::string& built_with);

}  // namespace eif
