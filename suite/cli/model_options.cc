#include "suite/cli/model_options.h"

#include <algorithm>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "suite/cli/choices.h"
#include "suite/cli/model_names.h"
#include "suite/cli/numbers.h"
#include "suite/cli/path_option.h"
#include "suite/cli/recipe_options.h"
#include "suite/core/dose.h"
#include "suite/engine/linear_steps.h"
#include "suite/formats/printable.h"
#include "suite/formats/suggest.h"
#include "suite/host/compute.h"
#include "suite/host/model_backends.h"

namespace eif {
namespace {

// The engine that has --precision mixed.
constexpr char kMixedEngine[] = "replay";

// Of a model or of its tokenizer.
using FindBackend = absl::StatusOr<BackendOfModel>(const std::string& name,
                                                   const PluginSet& plugins,
                                                   const std::string& data_folder);

absl::StatusOr<BackendOfModel> find_backend(FindBackend& find, const std::string& given,
                                            const PluginSet& plugins,
                                            const std::string& data_folder) {
  if (is_pattern(given)) {
    return absl::InvalidArgumentError(absl::StrCat(
        in_quotes(given), " is a pattern for several models, which eif-suite run takes; name one"));
  }
  const std::string name = without_trailing_slash(given);
  absl::StatusOr<BackendOfModel> found = find(name, plugins, data_folder);
  if (!absl::IsNotFound(found.status())) return found;
  const std::vector<std::string> known = model_names(plugins, data_folder);
  return absl::InvalidArgumentError(absl::StrCat(
      "no model '", name, "'.", did_you_mean(name, known), " There are: ",
      absl::StrJoin(known, ", "), "; or name a folder with a Hugging Face checkpoint or a LoRA "
      "adapter, or a repository in the Hugging Face cache, org/name[@revision]"));
}

BeginningOfSequence beginning_of_sequence(const std::string& name) {
  if (name == "always") return BeginningOfSequence::kAlways;
  if (name == "never") return BeginningOfSequence::kNever;
  return BeginningOfSequence::kAsTokenizerSays;
}

// Of a resolved request, whose names were checked.
std::unique_ptr<Engine> make_engine_named(const std::string& name, const RunRequest& request,
                                          bool in_another_order = false) {
  EngineLimits limits = engine_limits(request);
  limits.in_another_order = in_another_order;
  return (*choose_engine(name, request.training))->make(limits);
}

// "auto: the first of these that takes the training. replay: many rows … . …"
std::string engine_help() {
  std::string text = "auto: the first of these that takes the training.";
  for (const EngineKind& kind : engines())
    absl::StrAppend(&text, " ", kind.name, ": ", kind.what, ".");
  return text;
}

}  // namespace

void add_tokenizer_options(CLI::App& command, RunRequest& request) {
  names_path(command.add_option("--weights", request.weights,
                                "Folder with the checkpoint of a named model, or with the base of "
                                "a LoRA adapter"),
             "DIR");
  command
      .add_option("--bos", request.beginning_of_sequence,
                  "Token at the beginning of a text: as the tokenizer says, always or never")
      ->check(one_of({"auto", "always", "never"}))
      ->capture_default_str();
  add_plugin_options(command, request.plugins, request.data_folder);
}

void add_model_options(CLI::App& command, RunRequest& request) {
  request.device = kAuto;
  add_tokenizer_options(command, request);
  command.add_option("--device", request.device, "cpu (which auto is), cuda or cuda:N")
      ->capture_default_str();
  command.add_option("--dtype", request.dtype, "float32, float64 or bfloat16")
      ->capture_default_str();
  command.add_option("--threads", request.threads, "CPU threads; 0: as many as libtorch likes")
      ->check(whole_number(0, 4096))
      ->capture_default_str();
}

namespace {

absl::StatusOr<ModelChoice> choose(FindBackend& find, const std::string& name,
                                   const RunRequest& request, const PluginSet& plugins) {
  const absl::StatusOr<BackendOfModel> found =
      find_backend(find, name, plugins, request.data_folder);
  if (!found.ok()) return found.status();
  ModelChoice choice{found->backend, {}};
  choice.request.name = found->name;
  choice.request.weights = request.weights;
  choice.request.data_folder = request.data_folder;
  choice.request.beginning_of_sequence = beginning_of_sequence(request.beginning_of_sequence);
  return choice;
}

}  // namespace

absl::StatusOr<ModelChoice> choose_tokenizer(const std::string& name, const RunRequest& request,
                                             const PluginSet& plugins) {
  return choose(backend_of_tokenizer, name, request, plugins);
}

absl::StatusOr<ModelChoice> choose_model(const std::string& name, const RunRequest& request,
                                         const PluginSet& plugins) {
  const absl::StatusOr<at::Device> device = parse_device(request.device);
  if (!device.ok()) return device.status();
  const absl::StatusOr<at::ScalarType> dtype = parse_dtype(request.dtype);
  if (!dtype.ok()) return dtype.status();
  absl::StatusOr<ModelChoice> choice = choose(backend_of_model, name, request, plugins);
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

void add_mask_option(CLI::App& command, RunRequest& request) {
  command
      .add_option_function<std::string>(
          "--mask",
          [&request](const std::string& name) {
            const auto found = std::find(kMaskNames.begin(), kMaskNames.end(), name);
            request.mask = static_cast<Mask>(found - kMaskNames.begin());
          },
          "Where the prompt of a sample with prompt and completion is read and not scored; "
          "elsewhere all of it is")
      ->check(one_of({kMaskNames.begin(), kMaskNames.end()}))
      ->default_str(mask_name(Mask::kBoth));
}

void add_context_base_option(CLI::App& command, RunRequest& request) {
  command
      .add_option("--context-base", request.context_base,
                  "What reading a sample is compared with. neutral: reading another text of as "
                  "many tokens, which has nothing to do with it. nothing: no text in front, as in "
                  "the paper")
      ->check(one_of({"neutral", "nothing"}))
      ->capture_default_str();
}

void add_optimizer_options(CLI::App& command, RunRequest& request) {
  request.engine = kAuto;
  request.precision = kAuto;
  add_recipe_options(command, request.training);
  command
      .add_option("--memory", request.memory_bytes,
                  "What replay, adapters, linear and the matrix may take (500MB, 2GiB); left out: half of "
                  "what is free")
      ->transform(memory_size())
      ->type_name("SIZE");
  command
      .add_option("--precision", request.precision,
                  "How replay multiplies. exact: in float32. mixed, for texts: what differs from "
                  "the base model in bfloat16, all else in float32, which changes an influence by "
                  "about 0.2 %. auto: mixed where weights have 16 bits, and on GPUs")
      ->check(one_of({kAuto, "exact", "mixed"}))
      ->capture_default_str();
  command.add_flag(
      "--deterministic", request.deterministic,
      "The same bits at every run on this machine with as many threads, whatever memory "
      "is free: rows are measured one by one");
}

void apply_compute_options(const RunRequest& request) {
  use_threads(request.threads);
  use_full_precision();
  if (request.deterministic) use_deterministic_algorithms();
}

void add_fine_tuning_options(CLI::App& command, RunRequest& request) {
  std::vector<std::string> names_of_engines = engine_names();
  names_of_engines.insert(names_of_engines.begin(), kAuto);
  command
      .add_option("--lr", request.learning_rate,
                  "Learning rate. auto: the middle of the model's plateau, found once (eif-suite "
                  "sweep shows it) and kept in the cache")
      ->check(not_negative(kAuto))
      ->type_name("auto|X")
      ->capture_default_str();
  command.add_option("--engine", request.engine, engine_help())
      ->check(one_of(names_of_engines))
      ->capture_default_str();
  add_optimizer_options(command, request);
}

PluginOptions plugin_options(const RunRequest& request) {
  return {request.plugins, request.data_folder};
}

absl::Status resolve(RunRequest& request) {
  TrainingOptions& training = request.training;
  const absl::StatusOr<const EngineKind*> engine = choose_engine(request.engine, training);
  if (!engine.ok()) return engine.status();
  request.engine = (*engine)->name;
  const absl::StatusOr<at::Device> device = parse_device(request.device);
  if (!device.ok()) return device.status();
  request.device = device->str();
  training.learning_rate =
      request.finds_learning_rate() ? 0 : std::strtod(request.learning_rate.c_str(), nullptr);
  return absl::OkStatus();
}

absl::Status check_linear_option(const char* option, const TrainingOptions& training) {
  if (absl::Status status = check_training(training); !status.ok()) return status;
  if (check_linear_steps(option, training).ok()) return absl::OkStatus();
  const bool has_adapter = training.adapter != Adapter::kNone;
  return absl::InvalidArgumentError(absl::StrCat(
      option,
      " is made of steps that are linear in the gradients of the model's own parameters, "
      "which those of ",
      has_adapter ? "an adapter" : "AdamW", " are not: leave out ", option, ", or use ",
      has_adapter ? "--adapter none" : "--optimizer sgd"));
}

absl::Status resolve_precision(const ModalitiesOfModels& models, RunRequest& request) {
  const absl::StatusOr<at::ScalarType> dtype = parse_dtype(request.dtype);
  if (!dtype.ok()) return dtype.status();
  const absl::StatusOr<at::Device> device = parse_device(request.device);
  if (!device.ok()) return device.status();
  const auto takes_images = [](const auto& model) { return model.second == Modality::kImage; };
  if (request.precision == kAuto) {
    // What rounding does to a training of large steps was measured with exact products alone.
    const bool is_learned = !learned_shares(request.doses).empty();
    const bool has_mixed = request.engine == kMixedEngine && !is_learned &&
                           !std::all_of(models.begin(), models.end(), takes_images);
    request.precision = has_mixed ? automatic_precision(*dtype, *device) : "exact";
    return absl::OkStatus();
  }
  if (request.precision != "mixed") return absl::OkStatus();
  if (request.engine != kMixedEngine) {
    return absl::InvalidArgumentError(absl::StrCat(
        "--precision mixed is how --engine replay multiplies, and the engine is ", request.engine,
        "; use --engine replay, or --precision exact"));
  }
  const auto image_model = std::find_if(models.begin(), models.end(), takes_images);
  if (image_model != models.end()) return check_mixed(image_model->first, Modality::kImage);
  return check_mixed(*dtype);
}

EngineLimits engine_limits(const RunRequest& request) {
  return {.memory_bytes = request.memory_bytes,
          .deterministic = request.deterministic,
          .precision = parse_precision(request.precision)};
}

std::unique_ptr<Engine> make_engine(const RunRequest& request) {
  return make_engine_named(request.engine, request);
}

std::unique_ptr<Engine> make_sweep_engine(const RunRequest& request) {
  return make_engine_named(kAuto, request);
}

std::unique_ptr<Engine> make_rounding_engine(const RunRequest& request) {
  return make_engine_named(request.engine, request, /*in_another_order=*/true);
}

}  // namespace eif
