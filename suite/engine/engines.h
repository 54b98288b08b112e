// The engines there are, by name. A new one is a class, and a row of the table in engines.cc: the
// command line prints, checks and chooses from there.
//
//   absl::StatusOr<const EngineKind*> kind = choose_engine("auto", training);
//   if (kind.ok()) std::unique_ptr<Engine> engine = (*kind)->make({.deterministic = true});
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "suite/engine/engine.h"
#include "suite/engine/linear.h"
#include "suite/engine/precision.h"
#include "suite/engine/replay.h"

namespace eif {

struct EngineLimits {
  uint64_t memory_bytes = 0;                // that it may take; 0: half of what is free
  bool deterministic = false;               // the same bits at every run, whatever memory is free
  Precision precision = Precision::kExact;  // of replay
  // The same sums in another order: how much rounding matters.
  bool in_another_order = false;
};

struct EngineKind {
  const char* name;  // what --engine takes
  const char* what;  // half a sentence for --help
  // kInvalidArgument where it cannot train like this.
  absl::Status (*takes)(const TrainingOptions& training);
  std::unique_ptr<Engine> (*make)(const EngineLimits& limits);
};

// Those that can do more than an Engine promises.
LinearEngine make_linear(const EngineLimits& limits);
ReplayEngine make_replay(const EngineLimits& limits);

// In the order in which "auto" tries them.
std::span<const EngineKind> engines();

// Their names, in this order.
std::vector<std::string> engine_names();

// The engine of that name, or for "auto" the first that takes the training. kInvalidArgument: there
// is none of this name, or it does not take it.
absl::StatusOr<const EngineKind*> choose_engine(const std::string& name,
                                                const TrainingOptions& training);

}  // namespace eif
