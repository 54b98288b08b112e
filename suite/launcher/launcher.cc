// eif-suite, as it is started: loads libtorch and the program, and hands over. Where a library is
// missing, it says which, and how to get it.
#include <dlfcn.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iomanip>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "suite/cli/exit_code.h"
#include "suite/launcher/libtorch_places.h"
#include "suite/launcher/missing_libraries.h"

namespace eif {
namespace {

namespace fs = std::filesystem;

using ProgramMain = int (*)(int argc, char** argv);

struct Launch {
  fs::path program;         // libeif-suite.so
  void* handle = nullptr;   // of the program, once it is loaded
  fs::path libtorch;        // the folder of libtorch's libraries, where one was named or found
  std::string error;        // why the program is not loaded, in one sentence
  bool is_refused = false;  // the libtorch was found and is the wrong one, so nothing is missing
  std::string passed_over;  // what was found and cannot be used, in sentences
};

// libtorch.so brings in all the others, CUDA's among them, which nothing calls by name.
std::string load_libtorch(const fs::path& lib) {
  for (const char* name : {"libc10.so", "libtorch_cpu.so", "libtorch.so"}) {
    if (dlopen((lib / name).c_str(), RTLD_LAZY | RTLD_LOCAL) == nullptr) return dlerror();
  }
  return "";
}

// Symbols are resolved at once: a libtorch that lacks one is found out here, and not within a run.
bool load_program(Launch& launch) {
  launch.handle = dlopen(launch.program.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (launch.handle == nullptr) launch.error = dlerror();
  return launch.handle != nullptr;
}

bool load_with(Launch& launch, const fs::path& lib) {
  launch.libtorch = lib;
  launch.error = load_libtorch(lib);
  return launch.error.empty() && load_program(launch);
}

// The folder of the libtorch that the program was loaded with.
fs::path loaded_libtorch() {
  void* handle = dlopen("libtorch_cpu.so", RTLD_LAZY | RTLD_NOLOAD);
  char folder[4096] = "";
  if (handle == nullptr || dlinfo(handle, RTLD_DI_ORIGIN, folder) != 0) return {};
  return folder;
}

Launch launch_program(const fs::path& program) {
  Launch launch{.program = program};
  const LibtorchPlaces places =
      places_of_this_process(program.parent_path() / "eif-suite/libtorch.path");
  const FoundLibtorch named = named_libtorch(places, EIF_LIBTORCH_VERSION);
  if (!named.problem.empty()) {
    launch.error = named.problem;
    launch.is_refused = true;
    return launch;
  }
  if (!named.lib.empty()) {
    load_with(launch, named.lib);
    return launch;
  }
  // As the dynamic linker finds it: the folder it was built with, LD_LIBRARY_PATH, the system's.
  if (load_program(launch)) {
    const fs::path lib = loaded_libtorch();
    if (std::string problem = version_problem(lib, EIF_LIBTORCH_VERSION); !problem.empty()) {
      return {.program = program, .libtorch = lib, .error = std::move(problem), .is_refused = true};
    }
    load_libtorch(lib);  // a program that was linked with a CPU build has a GPU where this one does
    return launch;
  }
  if (!missing_libraries(program, {}, EIF_LIBTORCH_VERSION).empty()) {
    for (const FoundLibtorch& found : libtorch_of_python(places, EIF_LIBTORCH_VERSION)) {
      if (!found.problem.empty()) {
        launch.passed_over += " " + found.problem;
      } else if (load_with(launch, found.lib)) {
        return launch;
      }
    }
  }
  return launch;
}

std::vector<MissingLibrary> what_is_missing(const Launch& launch) {
  if (launch.is_refused) return {};
  std::vector<fs::path> folders;
  if (!launch.libtorch.empty()) folders.push_back(launch.libtorch);
  std::vector<MissingLibrary> missing;
  for (const fs::path& library : {launch.program, launch.libtorch / "libtorch.so"}) {
    for (MissingLibrary& one : missing_libraries(library, folders, EIF_LIBTORCH_VERSION)) {
      const auto same = [&](const MissingLibrary& other) { return other.name == one.name; };
      if (std::none_of(missing.begin(), missing.end(), same)) missing.push_back(std::move(one));
    }
  }
  return missing;
}

// What `eif-suite doctor` says where the program itself cannot.
void print_diagnosis(const Launch& launch, const std::vector<MissingLibrary>& missing) {
  const auto fact = [](const std::string& name, const std::string& value) {
    std::cout << "  " << std::left << std::setw(22) << name << value << "\n";
  };
  std::cout << "Program\n";
  fact("version", EIF_VERSION);
  fact("built with libtorch", EIF_LIBTORCH_VERSION);
  if (!launch.libtorch.empty()) {
    fact("libtorch", version_of_libtorch(launch.libtorch) + "  " + launch.libtorch.string());
  }
  std::cout << "\nLibraries\n";
  for (const MissingLibrary& one : missing) fact(one.name, "MISSING: " + one.advice);
  if (missing.empty()) fact("not loaded", launch.error);
  if (!launch.passed_over.empty()) fact("passed over", launch.passed_over.substr(1));
  std::cout << "\n"
            << std::max<size_t>(1, missing.size())
            << " missing. Nothing else was looked at: the program cannot be loaded.\n";
}

void print_error(const Launch& launch, const std::vector<MissingLibrary>& missing) {
  std::cerr << "error: the program cannot be loaded: ";
  if (missing.empty()) {
    std::cerr << launch.error;
  } else {
    std::cerr << (missing.size() == 1 ? "a library is missing: " : "libraries are missing: ");
    for (const MissingLibrary& one : missing) {
      std::cerr << (&one == &missing.front() ? "" : ", ") << one.name;
    }
    std::cerr << " (" << missing.front().name << " is " << missing.front().advice << ").";
  }
  std::cerr << launch.passed_over << " See eif-suite doctor.\n";
}

// libtorch's threads spin while they wait for each other, and beside any other load they wait for a
// thread that the spinning keeps from its core: then a run takes several times as long as with one
// thread. The OpenMP runtime reads this when it is loaded. Whoever sets it himself is left alone.
void let_threads_sleep() { setenv("OMP_WAIT_POLICY", "passive", /*overwrite=*/0); }

// The program has written and closed what it had to. What is left is to take down libtorch's tables of
// thousands of operators, which takes a tenth of a second of every command and serves nobody; only a
// build that looks for leaks wants to see it.
int leave(int status) {
#ifndef __SANITIZE_ADDRESS__
  std::cout.flush();
  std::fflush(nullptr);
  _exit(status);
#endif
  return status;
}

int launch(int argc, char** argv) {
  let_threads_sleep();
  const fs::path self = fs::read_symlink("/proc/self/exe");
  const Launch launch = launch_program(self.parent_path().parent_path() / "lib/libeif-suite.so");
  if (launch.handle != nullptr) {
    const auto program_main = reinterpret_cast<ProgramMain>(dlsym(launch.handle, "eif_suite_main"));
    if (program_main != nullptr) return leave(program_main(argc, argv));
  }
  const std::vector<MissingLibrary> missing = what_is_missing(launch);
  if (argc > 1 && std::string(argv[1]) == "doctor") {
    print_diagnosis(launch, missing);
  } else {
    print_error(launch, missing);
  }
  return kUnavailable;
}

}  // namespace
}  // namespace eif

int main(int argc, char** argv) { return eif::launch(argc, argv); }
