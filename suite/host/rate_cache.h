// Learning rates that were found, kept in the user's cache for each model and way of training.
#pragma once

#include <filesystem>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "eif/backend.h"
#include "suite/engine/engine.h"

namespace eif {

// A learning rate, and how it came about: "auto: middle of the plateau from …"; empty where the
// user chose it.
struct ChosenRate {
  double learning_rate = 0;
  std::string reason;
  // ModelContext::learned_noise; NaN where it was not measured.
  double noise = std::numeric_limits<double>::quiet_NaN();
};

// The file that a rate is kept in, named after everything that it depends on. `rule`: how it is
// found; another rule, range or kind of noise that would choose another rate has another name.
std::filesystem::path rate_entry(Model& model, const Engine& engine,
                                 const std::vector<Sample>& samples,
                                 const TrainingOptions& training, const std::string& rule);

// Reads what an earlier run has kept. Nothing where that is missing or damaged: the rate is then
// found anew.
std::optional<ChosenRate> read_rate(const std::filesystem::path& path);

absl::Status write_rate(const std::filesystem::path& path, const ModelInfo& info,
                        const ChosenRate& chosen);

}  // namespace eif
