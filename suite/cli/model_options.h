// Which model, and how it is loaded: options that several commands share.
#pragma once

#include <CLI/App.hpp>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "eif/backend.h"
#include "suite/cli/commands.h"
#include "suite/engine/engine.h"
#include "suite/engine/replay.h"

namespace eif {

struct ModelOptions {
  PluginOptions plugins;
  std::string weights;
  std::string bos = "auto";
  std::string device = "auto";
  std::string dtype = "float32";
  int threads = 0;  // 0: as libtorch likes
};

// Everything but --model itself, of which some commands take several.
void add_model_options(CLI::App& command, ModelOptions& options);
// The part of it that a tokenizer depends on.
void add_tokenizer_options(CLI::App& command, ModelOptions& options);

struct ModelChoice {
  const ModelBackend* backend = nullptr;  // owned by the plugins
  ModelRequest request;
};

// kInvalidArgument: no such model, or options that do not fit.
absl::StatusOr<ModelChoice> choose_model(const std::string& name, const ModelOptions& options,
                                         const PluginSet& plugins);
// The same for ModelBackend::load_tokenizer: the request has no device and no dtype.
absl::StatusOr<ModelChoice> choose_tokenizer(const std::string& name, const ModelOptions& options,
                                             const PluginSet& plugins);

// kInvalidArgument: it is about images, and domains and files of samples are texts.
absl::Status check_reads_text(const ModelInfo& model);

// How fine-tuning is done.
struct FineTuningOptions {
  std::string learning_rate = "auto";  // or a number
  std::string engine = "auto";
  std::string optimizer = "sgd";
  double momentum = 0;
  double weight_decay = 0;
  double max_gradient_norm = 0;
  uint64_t memory_bytes = 0;  // for replay and linear; 0: half of what is free
  bool deterministic = false;
};

void add_fine_tuning_options(CLI::App& command, FineTuningOptions& options);
// The part of it that a sweep over learning rates depends on.
void add_optimizer_options(CLI::App& command, FineTuningOptions& options);

// The learning rate is left at 0 where it is to be found. kInvalidArgument: options that do not
// fit.
absl::StatusOr<TrainingOptions> training_options(const FineTuningOptions& options);

// What they ask of this process as a whole. Call it before a model is loaded.
void apply_compute_options(const ModelOptions& loading, const FineTuningOptions& fine_tuning);
// Whether the learning rate is to be found.
bool finds_learning_rate(const FineTuningOptions& options);

// Of options that training_options() accepts. The name: what "auto" stands for.
std::string engine_name(const FineTuningOptions& options);
std::unique_ptr<Engine> make_engine(const FineTuningOptions& options);
// What finds the learning rate, whatever engine they name: replay, unless it cannot do the
// optimizer.
std::unique_ptr<Engine> make_sweep_engine(const FineTuningOptions& options);

}  // namespace eif
