// How much is learned of a sample (suite/core/dose.h).
#pragma once

#include <CLI/App.hpp>

#include "absl/status/status.h"
#include "suite/core/run_request.h"

namespace eif {

void add_dose_options(CLI::App& command, RunRequest& request);

// Shares are learned by LoRA with AdamW where `command`, as it was given, leaves open how samples
// are trained on: docs/doses.md has the measurements that chose it. Call it before resolve().
void choose_learned_recipe(const CLI::App& command, RunRequest& request);

// Puts the doses into their order. kInvalidArgument: there is no such dose, or it does not go with
// the other options; call after resolve(), which chooses the engine.
absl::Status resolve_doses(RunRequest& request);

}  // namespace eif
