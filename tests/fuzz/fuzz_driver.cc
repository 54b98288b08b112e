// Drives a fuzz target without libFuzzer:
//
//   fuzz_X [--runs N] [--seed S] [--only-run K] [--keep FILE] [--dictionary FILE] FILE|FOLDER…
//
// gives it the seeds, as they are and then mutated N times, and prints one line about it. A seed
// whose name begins with "valid" must be accepted, one with "refused" refused. A run that crashes,
// holds more memory than its input and 64 MiB, or takes longer than 20 s ends the program; its
// input is saved and the line that makes it again is printed. --keep writes each input to FILE
// before its run, for when even that fails.
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include "tests/fuzz/allocation_limit.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/fuzz/mutator.h"

#ifdef EIF_FUZZ_SANITIZER_HEAP
// Of <sanitizer/common_interface_defs.h>, which Debian's g++ does not come with.
extern "C" void __sanitizer_set_death_callback(void (*callback)());
#endif

namespace eif::fuzz {
namespace {

constexpr size_t kAllocationAllowance = size_t{64} << 20;
constexpr unsigned kMostSeconds = 20;
constexpr int kUsageError = 2;

struct Seed {
  std::string name;
  std::string content;
};

struct Options {
  uint64_t runs = 2000;
  uint64_t seed = 1;
  std::optional<uint64_t> only_run;
  std::string keep;
  std::string dictionary;
  std::vector<std::string> paths;
};

// ---- When a run ends the program ---------------------------------------------------------------

// All that report() uses is made ready before the run: it may be called from a signal handler, or
// from within malloc.
struct CurrentRun {
  const uint8_t* data = nullptr;
  size_t size = 0;
  char description[256] = "";
  char file[128] = "";
};
CurrentRun current;

void print(const char* text) {
  // Nothing is left to do where standard error is closed.
  if (::write(STDERR_FILENO, text, std::strlen(text)) < 0) return;
}

void report(const char* reason) {
  print(current.description);
  print(reason);
  const int file = ::open(current.file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  const ssize_t count = file < 0 ? -1 : ::write(file, current.data, current.size);
  print(count == static_cast<ssize_t>(current.size) ? "; its input is in "
                                                    : "; its input could not be saved in ");
  print(current.file);
  print("\n");
}

void on_too_much_memory() {
  report(" held more memory than its input and 64 MiB");
  std::abort();
}

void on_signal(int number) {
  report(number == SIGALRM ? " took longer than 20 s" : " crashed");
  ::signal(number, SIG_DFL);
  ::raise(number);
}

void watch_for_crashes() {
  // A stack that has overflown cannot hold the handler.
  static char stack[1 << 16];
  stack_t other_stack = {};
  other_stack.ss_sp = stack;
  other_stack.ss_size = sizeof(stack);
  ::sigaltstack(&other_stack, nullptr);
  struct sigaction action = {};
  action.sa_handler = &on_signal;
  action.sa_flags = SA_ONSTACK | SA_RESETHAND;
#ifdef EIF_FUZZ_SANITIZER_HEAP
  // The sanitizer describes these best itself.
  __sanitizer_set_death_callback([] { report(" was stopped by a sanitizer"); });
  const int signals[] = {SIGABRT, SIGALRM};
#else
  const int signals[] = {SIGABRT, SIGALRM, SIGSEGV, SIGBUS, SIGFPE, SIGILL};
#endif
  for (const int number : signals) ::sigaction(number, &action, nullptr);
}

// ---- Runs --------------------------------------------------------------------------------------

struct Summary {
  uint64_t runs = 0;
  uint64_t accepted = 0;
  size_t peak = 0;
};

class Driver {
 public:
  Driver(std::string program, Options options)
      : program_(std::move(program)), options_(std::move(options)) {}

  // Whether the target accepted the input.
  bool run(const std::string& input, const std::string& name) {
    current.data = reinterpret_cast<const uint8_t*>(input.data());
    current.size = input.size();
    std::snprintf(current.description, sizeof(current.description), "%s: %s", program_.c_str(),
                  name.c_str());
    std::snprintf(current.file, sizeof(current.file), "%s.crash", program_.c_str());
    if (!options_.keep.empty()) std::ofstream(options_.keep, std::ios::binary) << input;
    accepted = false;
    ::alarm(kMostSeconds);
    watch_allocations(input.size() + kAllocationAllowance, &on_too_much_memory);
    LLVMFuzzerTestOneInput(current.data, current.size);
    summary_.peak = std::max(summary_.peak, stop_watching());
    ::alarm(0);
    ++summary_.runs;
    summary_.accepted += accepted;
    return accepted;
  }

  void run_mutated(const Mutator& mutator, uint64_t number) {
    run(mutator.make(options_.seed, number),
        "--seed " + std::to_string(options_.seed) + " --only-run " + std::to_string(number));
  }

  const Summary& summary() const { return summary_; }

 private:
  std::string program_;
  Options options_;
  Summary summary_;
};

// Whether the seed fared as its name says.
bool is_as_named(const Seed& seed, bool is_accepted) {
  const bool is_wrong = (seed.name.starts_with("valid") && !is_accepted) ||
                        (seed.name.starts_with("refused") && is_accepted);
  if (is_wrong) {
    std::fprintf(stderr, "seed %s was %s\n", seed.name.c_str(),
                 is_accepted ? "accepted" : "refused");
  }
  return !is_wrong;
}

// ---- Command line ------------------------------------------------------------------------------

std::string content_of(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

// In the order of their names, which does not depend on the file system.
std::vector<Seed> read_seeds(const std::vector<std::string>& paths) {
  std::vector<std::filesystem::path> files;
  for (const std::string& path : paths) {
    if (!std::filesystem::is_directory(path)) {
      files.emplace_back(path);
      continue;
    }
    for (const auto& entry : std::filesystem::directory_iterator(path)) {
      files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  std::vector<Seed> seeds;
  for (const auto& file : files) seeds.push_back({file.filename(), content_of(file)});
  return seeds;
}

// One token a line.
std::vector<std::string> read_dictionary(const std::string& path) {
  std::vector<std::string> tokens;
  std::ifstream stream(path);
  for (std::string line; std::getline(stream, line);) {
    if (!line.empty()) tokens.push_back(line);
  }
  return tokens;
}

std::optional<uint64_t> number(const std::string& text) {
  uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, value);
  if (parsed.ec != std::errc() || parsed.ptr != end) return std::nullopt;
  return value;
}

// Nothing: they make no sense.
std::optional<Options> read_options(const std::vector<std::string>& arguments) {
  Options options;
  for (size_t i = 0; i < arguments.size(); ++i) {
    const std::string& name = arguments[i];
    if (!name.starts_with("--")) {
      options.paths.push_back(name);
      continue;
    }
    if (++i == arguments.size()) return std::nullopt;
    if (name == "--keep" || name == "--dictionary") {
      (name == "--keep" ? options.keep : options.dictionary) = arguments[i];
      continue;
    }
    const std::optional<uint64_t> value = number(arguments[i]);
    if (!value) return std::nullopt;
    if (name == "--runs") {
      options.runs = *value;
    } else if (name == "--seed") {
      options.seed = *value;
    } else if (name == "--only-run") {
      options.only_run = *value;
    } else {
      return std::nullopt;
    }
  }
  return options;
}

int fuzz(const std::string& program, const Options& options) {
  const std::vector<Seed> seeds = read_seeds(options.paths);
  const std::vector<std::string> dictionary = read_dictionary(options.dictionary);
  if (seeds.empty() || (dictionary.empty() && !options.dictionary.empty())) {
    std::fprintf(stderr, "%s: expected at least one seed, and tokens in the dictionary\n",
                 program.c_str());
    return kUsageError;
  }
  std::vector<std::string> contents;
  for (const Seed& seed : seeds) contents.push_back(seed.content);
  const Mutator mutator(std::move(contents), dictionary);

  watch_for_crashes();
  const auto begin = std::chrono::steady_clock::now();
  Driver driver(program, options);
  bool as_named = true;
  if (options.only_run) {
    driver.run_mutated(mutator, *options.only_run);
  } else {
    for (const Seed& seed : seeds) {
      as_named &= is_as_named(seed, driver.run(seed.content, "seed " + seed.name));
    }
    for (uint64_t run = 0; run < options.runs; ++run) driver.run_mutated(mutator, run);
  }
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
  const Summary& summary = driver.summary();
  std::printf(
      "%s: %zu runs from seed %zu: %zu accepted, %zu refused, peak allocation %zu bytes, "
      "%.1f s\n",
      program.c_str(), summary.runs, options.seed, summary.accepted,
      summary.runs - summary.accepted, summary.peak, seconds.count());
  return as_named ? 0 : 1;
}

}  // namespace
}  // namespace eif::fuzz

int main(int count, char** arguments) {
  const std::string program = std::filesystem::path(arguments[0]).filename();
  const auto options = eif::fuzz::read_options({arguments + 1, arguments + count});
  if (!options) {
    std::fprintf(stderr,
                 "usage: %s [--runs N] [--seed S] [--only-run K] [--keep FILE] "
                 "[--dictionary FILE] FILE|FOLDER...\n",
                 program.c_str());
    return eif::fuzz::kUsageError;
  }
  return eif::fuzz::fuzz(program, *options);
}
