#include "suite/engine/engines.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "suite/engine/adapters.h"
#include "suite/engine/dense.h"
#include "suite/engine/linear_steps.h"
#include "suite/engine/memory.h"

namespace eif {
namespace {

// Statements that linear records at once where it must not depend on free memory.
constexpr int64_t kDeterministicStatements = 64;

// A sum may be taken in another order in a batch of another size. Rows that are always computed so
// many at a time, each from the same position, do not depend on free memory; a row that is computed
// alone does not depend on the other rows either.
WorkLimits work_limits(const EngineLimits& limits, int64_t deterministic_rows) {
  WorkLimits work;
  if (limits.memory_bytes > 0) work.memory_bytes = static_cast<int64_t>(limits.memory_bytes);
  if (limits.deterministic != limits.in_another_order) work.rows = deterministic_rows;
  return work;
}

constexpr EngineKind kEngines[] = {
    {"replay", "many rows at once, exact, for SGD",
     [](const TrainingOptions& training) {
       return check_linear_steps("--engine replay", training);
     },
     [](const EngineLimits& limits) -> std::unique_ptr<Engine> {
       return std::make_unique<ReplayEngine>(make_replay(limits));
     }},
    {"adapters", "many rows at once, exact, for adapters and any optimizer", check_adapters,
     [](const EngineLimits& limits) -> std::unique_ptr<Engine> {
       return std::make_unique<AdaptersEngine>(work_limits(limits, /*deterministic_rows=*/1));
     }},
    {"dense", "one row at a time, exact, for all of these",
     [](const TrainingOptions&) { return absl::OkStatus(); },
     [](const EngineLimits& limits) -> std::unique_ptr<Engine> {
       return std::make_unique<DenseEngine>(limits.in_another_order ? Copies::kTwo : Copies::kOne);
     }},
    {"linear", "first order in the learning rate, for SGD and thousands of samples",
     [](const TrainingOptions& training) {
       return check_linear_steps("--engine linear", training);
     },
     [](const EngineLimits& limits) -> std::unique_ptr<Engine> {
       return std::make_unique<LinearEngine>(make_linear(limits));
     }},
};

}  // namespace

LinearEngine make_linear(const EngineLimits& limits) {
  return LinearEngine(work_limits(limits, kDeterministicStatements));
}

ReplayEngine make_replay(const EngineLimits& limits) {
  return ReplayEngine(work_limits(limits, /*deterministic_rows=*/1), limits.precision);
}

std::span<const EngineKind> engines() { return kEngines; }

std::vector<std::string> engine_names() {
  std::vector<std::string> names;
  for (const EngineKind& kind : kEngines) names.emplace_back(kind.name);
  return names;
}

absl::StatusOr<const EngineKind*> choose_engine(const std::string& name,
                                                const TrainingOptions& training) {
  if (absl::Status status = check_training(training); !status.ok()) return status;
  for (const EngineKind& kind : kEngines) {
    if (name == "auto" && kind.takes(training).ok()) return &kind;
    if (name != kind.name) continue;
    if (absl::Status status = kind.takes(training); !status.ok()) return status;
    return &kind;
  }
  return absl::InvalidArgumentError(absl::StrCat("no engine '", name, "'. There are: auto, ",
                                                 absl::StrJoin(engine_names(), ", ")));
}

}  // namespace eif
