// Which model, how it is loaded, and how it is fine-tuned: options that several commands share.
// They go straight into a RunRequest, which is the one record of them.
#pragma once

#include <CLI/App.hpp>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "eif/backend.h"
#include "suite/cli/commands.h"
#include "suite/core/run_request.h"
#include "suite/engine/engine.h"
#include "suite/engine/engines.h"

namespace eif {

// What an option is where the program chooses.
inline constexpr char kAuto[] = "auto";

// --mask: where prompts are not scored.
void add_mask_option(CLI::App& command, RunRequest& request);

// --context-base: what reading a sample is compared with.
void add_context_base_option(CLI::App& command, RunRequest& request);

// Everything but --model itself, of which some commands take several.
void add_model_options(CLI::App& command, RunRequest& request);
// The part of it that a tokenizer depends on.
void add_tokenizer_options(CLI::App& command, RunRequest& request);
void add_fine_tuning_options(CLI::App& command, RunRequest& request);
// The part of it that a sweep over learning rates depends on.
void add_optimizer_options(CLI::App& command, RunRequest& request);

// Puts in place of "auto" and of a learning rate as text what they stand for: engine, device, rate.
// Call it once, when the command line was read. kInvalidArgument: options that do not fit.
absl::Status resolve(RunRequest& request);

// kInvalidArgument where the optimiser's step is not linear in the gradients, which `option` needs
// it to be whatever the engine is: no other --engine helps there.
absl::Status check_linear_option(const char* option, const TrainingOptions& training);

// Names, and what they take where that is known.
using ModalitiesOfModels = std::vector<std::pair<std::string, std::optional<Modality>>>;

// Puts in place of --precision auto what it stands for. Call it when the models were chosen.
// kInvalidArgument: mixed was asked for, and the engine, the weights or a model have no such thing.
absl::Status resolve_precision(const ModalitiesOfModels& models, RunRequest& request);

// Where the plugins of a request are looked for.
PluginOptions plugin_options(const RunRequest& request);

struct ModelChoice {
  const ModelBackend* backend = nullptr;  // owned by the plugins
  ModelRequest request;
};

// kInvalidArgument: no such model, or options that do not fit.
absl::StatusOr<ModelChoice> choose_model(const std::string& name, const RunRequest& request,
                                         const PluginSet& plugins);
// The same for ModelBackend::load_tokenizer: what it asks for has no device and no dtype.
absl::StatusOr<ModelChoice> choose_tokenizer(const std::string& name, const RunRequest& request,
                                             const PluginSet& plugins);

// kInvalidArgument: it is about images, and domains and files of samples are texts.
absl::Status check_reads_text(const ModelInfo& model);

// What a request asks of this process as a whole. Call it before a model is loaded.
void apply_compute_options(const RunRequest& request);

// Of a request that was resolved.
EngineLimits engine_limits(const RunRequest& request);
std::unique_ptr<Engine> make_engine(const RunRequest& request);
// What finds the learning rate, whatever engine the request names: the one that "auto" stands for.
std::unique_ptr<Engine> make_sweep_engine(const RunRequest& request);
// The engine of the request with its sums in another order.
std::unique_ptr<Engine> make_rounding_engine(const RunRequest& request);

}  // namespace eif
