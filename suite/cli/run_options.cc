#include "suite/cli/run_options.h"

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "suite/cli/suggest.h"
#include "suite/engine/dense.h"
#include "suite/host/compute.h"

namespace eif {
namespace {

absl::Status unknown_name(const std::string& kind, const std::string& name,
                          const std::vector<std::string>& known) {
  return absl::InvalidArgumentError(absl::StrCat("no ", kind, " '", name, "'.",
                                                 did_you_mean(name, known),
                                                 " There are: ", absl::StrJoin(known, ", ")));
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
    if (std::filesystem::is_directory(name, ignored) && backend->accepts_folder(name)) return backend;
  }
  return unknown_name("model", name, model_names(plugins, data_folder));
}

absl::StatusOr<std::vector<const LoadedPlugin*>> find_desiderata(const RunOptions& options,
                                                                 const PluginSet& plugins) {
  std::vector<const LoadedPlugin*> there;
  std::vector<std::string> names;
  for (const LoadedPlugin& plugin : plugins.loaded) {
    if (plugin.desideratum() == nullptr) continue;
    there.push_back(&plugin);
    names.emplace_back(plugin.record().id);
  }
  if (options.all) return there;
  std::vector<const LoadedPlugin*> chosen;
  for (const std::string& name : options.desiderata) {
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) return unknown_name("desideratum", name, names);
    chosen.push_back(there[static_cast<size_t>(found - names.begin())]);
  }
  return chosen;
}

absl::Status check(const RunOptions& options) {
  if (options.models.empty()) {
    return absl::InvalidArgumentError("say which model: --model cnn (eif-suite list models)");
  }
  if (options.all == !options.desiderata.empty()) {
    return absl::InvalidArgumentError(
        options.all ? "--all and --desideratum exclude each other"
                    : "say what to test: --all, or --desideratum a,b (eif-suite list desiderata)");
  }
  if (options.optimizer != "sgd" && options.momentum != 0) {
    return absl::InvalidArgumentError("--momentum goes with --optimizer sgd");
  }
  return absl::OkStatus();
}

}  // namespace

void add_run_options(CLI::App& command, RunOptions& options) {
  command.add_option("--model", options.models, "Models to test (eif-suite list models)")
      ->delimiter(',')
      ->type_name("M[,M]");
  command.add_flag("--all", options.all, "Every desideratum that applies to the model");
  command.add_option("--desideratum", options.desiderata, "Only these (eif-suite list desiderata)")
      ->delimiter(',')
      ->type_name("D[,D]");
  command.add_option("--seeds", options.seeds, "How many draws of images or names")
      ->check(CLI::Range(1, 1000000))
      ->capture_default_str();
  command.add_option("--lr", options.learning_rate, "Learning rate; left out: the model's own")
      ->check(CLI::NonNegativeNumber)
      ->type_name("X");
  command.add_option("--engine", options.engine, "How influence is measured")
      ->check(CLI::IsMember({"dense"}))
      ->capture_default_str();
  command.add_option("--optimizer", options.optimizer, "What makes the gradient step")
      ->check(CLI::IsMember({"sgd", "adamw"}))
      ->capture_default_str();
  command.add_option("--momentum", options.momentum, "Of SGD")->check(CLI::NonNegativeNumber);
  command.add_option("--weight-decay", options.weight_decay, "Of the optimizer")
      ->check(CLI::NonNegativeNumber);
  command.add_option("--device", options.device, "auto, cpu, cuda or cuda:N")->capture_default_str();
  command.add_option("--dtype", options.dtype, "float32 or float64")->capture_default_str();
  command.add_option("--threads", options.threads, "CPU threads; 0: as many as libtorch likes")
      ->check(CLI::Range(0, 4096))
      ->capture_default_str();
  command.add_option("--out", options.out, "Folder for run.json and the matrices; left out: a new one below eif-out")
      ->type_name("DIR");
  command.add_flag("--json", options.json, "Print the run as JSON instead of the report");
  add_plugin_options(command, options.plugins);
}

absl::StatusOr<RunPlan> make_run_plan(const RunOptions& options, const PluginSet& plugins) {
  if (absl::Status status = check(options); !status.ok()) return status;
  const absl::StatusOr<at::Device> device = parse_device(options.device);
  if (!device.ok()) return device.status();
  const absl::StatusOr<at::ScalarType> dtype = parse_dtype(options.dtype);
  if (!dtype.ok()) return dtype.status();

  RunPlan plan;
  for (const std::string& name : options.models) {
    const absl::StatusOr<const ModelBackend*> backend =
        find_backend(name, plugins, options.plugins.data_folder);
    if (!backend.ok()) return backend.status();
    ModelRequest request;
    request.name = name;
    request.data_folder = options.plugins.data_folder;
    request.dtype = *dtype;
    request.device = *device;
    plan.models.emplace_back(*backend, std::move(request));
  }
  absl::StatusOr<std::vector<const LoadedPlugin*>> desiderata = find_desiderata(options, plugins);
  if (!desiderata.ok()) return desiderata.status();
  plan.desiderata = *std::move(desiderata);
  for (uint64_t seed = 0; seed < options.seeds; ++seed) plan.seeds.push_back(seed);
  plan.engine = std::make_unique<DenseEngine>();
  plan.training = {.optimizer = options.optimizer == "sgd" ? Optimizer::kSgd : Optimizer::kAdamW,
                   .learning_rate = options.learning_rate,
                   .momentum = options.momentum,
                   .weight_decay = options.weight_decay};
  plan.default_learning_rate = options.learning_rate < 0;
  return plan;
}

}  // namespace eif
