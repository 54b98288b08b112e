#include "suite/cli/model_options.h"

#include <cstdlib>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "suite/cli/numbers.h"
#include "suite/engine/dense.h"
#include "suite/engine/linear.h"
#include "suite/formats/suggest.h"
#include "suite/host/compute.h"

namespace eif {
namespace {

constexpr char kAuto[] = "auto";
// Statements that linear records at once where it must not depend on free memory.
constexpr int64_t kDeterministicStatements = 64;

// A sum may be taken in another order in a batch of another size. Rows that are always computed so
// many at a time, each from the same position, do not depend on free memory; a row that is computed
// alone does not depend on the other rows either.
WorkLimits work_limits(const FineTuningOptions& options, int64_t deterministic_rows) {
  WorkLimits limits;
  if (options.memory_bytes > 0) limits.memory_bytes = static_cast<int64_t>(options.memory_bytes);
  if (options.deterministic) limits.rows = deterministic_rows;
  return limits;
}

absl::StatusOr<const ModelBackend*> find_backend(const std::string& name, const PluginSet& plugins,
                                                 const std::string& data_folder) {
  for (const LoadedPlugin& plugin : plugins.loaded) {
    const ModelBackend* backend = plugin.model_backend();
    if (backend == nullptr) continue;
    for (const ModelAlias& alias : backend->aliases(data_folder)) {
      if (alias.name == name) return backend;
    }
    std::error_code ignored;
    if (std::filesystem::is_directory(name, ignored) && backend->accepts_folder(name)) {
      return backend;
    }
  }
  const std::vector<std::string> known = model_names(plugins, data_folder);
  return absl::InvalidArgumentError(absl::StrCat(
      "no model '", name, "'.", did_you_mean(name, known), " There are: ",
      absl::StrJoin(known, ", "), "; or name a folder with a Hugging Face checkpoint"));
}

BeginningOfSequence beginning_of_sequence(const std::string& name) {
  if (name == "always") return BeginningOfSequence::kAlways;
  if (name == "never") return BeginningOfSequence::kNever;
  return BeginningOfSequence::kAsTokenizerSays;
}

std::unique_ptr<Engine> make_replay_engine(const FineTuningOptions& options) {
  return std::make_unique<ReplayEngine>(work_limits(options, /*deterministic_rows=*/1));
}

}  // namespace

void add_tokenizer_options(CLI::App& command, ModelOptions& options) {
  command.add_option("--weights", options.weights, "Folder with the checkpoint of a named model")
      ->type_name("DIR");
  command
      .add_option("--bos", options.bos,
                  "Token at the beginning of a text: as the tokenizer says, always or never")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->capture_default_str();
  add_plugin_options(command, options.plugins);
}

void add_model_options(CLI::App& command, ModelOptions& options) {
  add_tokenizer_options(command, options);
  command.add_option("--device", options.device, "cpu (which auto is), cuda or cuda:N")
      ->capture_default_str();
  command.add_option("--dtype", options.dtype, "float32, float64 or bfloat16")
      ->capture_default_str();
  command.add_option("--threads", options.threads, "CPU threads; 0: as many as libtorch likes")
      ->check(CLI::Range(0, 4096))
      ->capture_default_str();
}

absl::StatusOr<ModelChoice> choose_tokenizer(const std::string& name, const ModelOptions& options,
                                             const PluginSet& plugins) {
  const std::string& data_folder = options.plugins.data_folder;
  const absl::StatusOr<const ModelBackend*> backend = find_backend(name, plugins, data_folder);
  if (!backend.ok()) return backend.status();
  ModelChoice choice{*backend, {}};
  choice.request.name = name;
  choice.request.weights = options.weights;
  choice.request.data_folder = data_folder;
  choice.request.beginning_of_sequence = beginning_of_sequence(options.bos);
  return choice;
}

absl::StatusOr<ModelChoice> choose_model(const std::string& name, const ModelOptions& options,
                                         const PluginSet& plugins) {
  const absl::StatusOr<at::Device> device = parse_device(options.device);
  if (!device.ok()) return device.status();
  const absl::StatusOr<at::ScalarType> dtype = parse_dtype(options.dtype);
  if (!dtype.ok()) return dtype.status();
  absl::StatusOr<ModelChoice> choice = choose_tokenizer(name, options, plugins);
  if (!choice.ok()) return choice.status();
  choice->request.device = *device;
  choice->request.dtype = *dtype;
  return choice;
}

absl::Status check_reads_text(const ModelInfo& model) {
  if (model.modality == Modality::kText) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(model.name,
                   " takes images, and these samples are texts: use a model of text, such as "
                   "smollm2 (eif-suite list models)"));
}

void add_optimizer_options(CLI::App& command, FineTuningOptions& options) {
  command.add_option("--optimizer", options.optimizer, "What makes the gradient step")
      ->check(CLI::IsMember({"sgd", "adamw"}))
      ->capture_default_str();
  command.add_option("--momentum", options.momentum, "Of SGD")->check(not_negative());
  command.add_option("--weight-decay", options.weight_decay, "Of the optimizer")
      ->check(not_negative());
  command
      .add_option("--max-grad-norm", options.max_gradient_norm,
                  "Shorten longer gradients to this norm; 0: never")
      ->check(not_negative());
  command
      .add_option("--memory", options.memory_bytes,
                  "What replay and linear may take (500MB, 2GiB); left out: half of what is free")
      ->transform(CLI::AsSizeValue(/*kb_is_1000=*/true))
      ->check(positive())
      ->type_name("SIZE");
  command.add_flag(
      "--deterministic", options.deterministic,
      "The same bits at every run on this machine with as many threads, whatever memory "
      "is free: rows are measured one by one");
}

void apply_compute_options(const ModelOptions& loading, const FineTuningOptions& fine_tuning) {
  use_threads(loading.threads);
  use_full_precision();
  if (fine_tuning.deterministic) use_deterministic_algorithms();
}

void add_fine_tuning_options(CLI::App& command, FineTuningOptions& options) {
  command
      .add_option("--lr", options.learning_rate,
                  "Learning rate. auto: the middle of the model's plateau, found once (eif-suite "
                  "sweep shows it) and kept in the cache")
      ->check(not_negative(kAuto))
      ->type_name("auto|X")
      ->capture_default_str();
  command
      .add_option("--engine", options.engine,
                  "replay: many rows at once, exact, for SGD. dense: one by one, for any "
                  "optimizer. linear: first order in the learning rate, for SGD and thousands "
                  "of samples. auto: replay for SGD")
      ->check(CLI::IsMember({"auto", "replay", "dense", "linear"}))
      ->capture_default_str();
  add_optimizer_options(command, options);
}

absl::StatusOr<TrainingOptions> training_options(const FineTuningOptions& options) {
  const bool is_sgd = options.optimizer == "sgd";
  if (!is_sgd && options.momentum != 0) {
    return absl::InvalidArgumentError("--momentum goes with --optimizer sgd");
  }
  if (!is_sgd && (options.engine == "replay" || options.engine == "linear")) {
    return absl::InvalidArgumentError(
        absl::StrCat("--engine ", options.engine,
                     " takes steps that are linear in the gradients, which AdamW's "
                     "are not: use --engine dense, or --optimizer sgd"));
  }
  return TrainingOptions{.optimizer = is_sgd ? Optimizer::kSgd : Optimizer::kAdamW,
                         .learning_rate = finds_learning_rate(options)
                                              ? 0
                                              : std::strtod(options.learning_rate.c_str(), nullptr),
                         .momentum = options.momentum,
                         .weight_decay = options.weight_decay,
                         .max_gradient_norm = options.max_gradient_norm};
}

bool finds_learning_rate(const FineTuningOptions& options) {
  return options.learning_rate == kAuto;
}

std::string engine_name(const FineTuningOptions& options) {
  if (options.engine != "auto") return options.engine;
  return options.optimizer == "sgd" ? "replay" : "dense";
}

std::unique_ptr<Engine> make_engine(const FineTuningOptions& options) {
  const std::string name = engine_name(options);
  if (name == "replay") return make_replay_engine(options);
  if (name == "linear") {
    return std::make_unique<LinearEngine>(work_limits(options, kDeterministicStatements));
  }
  return std::make_unique<DenseEngine>();
}

std::unique_ptr<Engine> make_sweep_engine(const FineTuningOptions& options) {
  if (options.optimizer == "sgd") return make_replay_engine(options);
  return std::make_unique<DenseEngine>();
}

}  // namespace eif
