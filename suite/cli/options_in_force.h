// Which of the options that a command got are in force, where some exclude each other (--seeds,
// --budget) or go with another (--top with --train), wherever they come from:
//
//   - what a nearer layer excludes gives way, and with it what goes with it;
//   - two of one layer that exclude each other are refused;
//   - what goes with an option that nothing sets is refused; in a settings file, which is about all
//     commands and runs, it waits for a call that has the other, and is not in force in this one.
#pragma once

#include <CLI/App.hpp>
#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"

namespace eif {

// An option that something sets. Each option is there once, as the nearest layer sets it.
struct SetOption {
  CLI::Option* option = nullptr;
  size_t layer = 0;       // 0 is the nearest, the command line
  std::string origin;     // "--seeds", "EIF_SEEDS", "eif-suite.toml, line 1: seeds"
  bool is_on = true;      // false: a flag that is set to false, which excludes and needs nothing
  bool may_wait = false;  // for what it goes with; others are refused without it
  // What choose_options_in_force() finds.
  bool is_in_force = true;
  const CLI::Option* waits_for = nullptr;  // what it goes with and nothing sets
};

// kInvalidArgument names the options, and where each comes from.
absl::Status choose_options_in_force(std::vector<SetOption>& options);

// CLI11 looks at the command line alone. While one of these is there, it leaves to
// choose_options_in_force() what an option goes with, for another layer may have that.
class SuspendedNeeds {
 public:
  explicit SuspendedNeeds(CLI::App& app);
  ~SuspendedNeeds();
  SuspendedNeeds(const SuspendedNeeds&) = delete;
  SuspendedNeeds& operator=(const SuspendedNeeds&) = delete;

 private:
  std::map<CLI::Option*, std::set<CLI::Option*>> needs_;
};

}  // namespace eif
