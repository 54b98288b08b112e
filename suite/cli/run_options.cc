#include "suite/cli/run_options.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "suite/cli/choices.h"
#include "suite/cli/dose_options.h"
#include "suite/cli/model_names.h"
#include "suite/cli/numbers.h"
#include "suite/cli/path_option.h"
#include "suite/cli/run_context.h"
#include "suite/cli/tag_option.h"
#include "suite/core/verdict.h"
#include "suite/formats/suggest.h"

namespace eif {
namespace {

// A file that declares a desideratum: by its name's end, or because it is there.
bool is_file(const std::string& name) {
  std::error_code ignored;
  return absl::EndsWith(name, ".toml") || std::filesystem::is_regular_file(name, ignored);
}

absl::StatusOr<DesideratumUnderTest> read_desideratum(const std::string& path,
                                                      RunOptions& options) {
  absl::StatusOr<std::unique_ptr<DeclaredDesideratum>> read = read_declared_desideratum(path);
  if (!read.ok()) return read.status();
  const DeclaredDesideratum& declared = *options.declared.emplace_back(*std::move(read));
  return DesideratumUnderTest{declared.id(), &declared, declared.info()};
}

absl::StatusOr<std::vector<DesideratumUnderTest>> find_desiderata(RunOptions& options,
                                                                  const PluginSet& plugins) {
  std::vector<DesideratumUnderTest> there;
  std::vector<std::string> names;
  for (const LoadedPlugin& plugin : plugins.loaded) {
    if (plugin.desideratum() == nullptr) continue;
    there.push_back({plugin.record().id, plugin.desideratum(), plugin.info()});
    names.emplace_back(plugin.record().id);
  }
  if (options.request.all) return there;
  std::vector<DesideratumUnderTest> chosen;
  std::set<std::string> ids;
  for (const std::string& name : options.request.desiderata) {
    const auto found = std::find(names.begin(), names.end(), name);
    if (found != names.end()) {
      chosen.push_back(there[static_cast<size_t>(found - names.begin())]);
    } else if (is_file(name)) {
      absl::StatusOr<DesideratumUnderTest> declared = read_desideratum(name, options);
      if (!declared.ok()) return declared.status();
      chosen.push_back(*std::move(declared));
    } else {
      return absl::InvalidArgumentError(absl::StrCat(
          "no desideratum '", name, "'.", did_you_mean(name, names),
          " There are: ", absl::StrJoin(names, ", "), ", and files that declare one (FILE.toml)"));
    }
    const std::string& id = chosen.back().id;
    if (!ids.insert(id).second) {
      return absl::InvalidArgumentError(absl::StrCat(
          "two desiderata are called ", id, "; name each once, and give a file an id of its own"));
    }
  }
  return chosen;
}

// What was read from files stands in the record in place of plugins of the same names.
void record_declared(const RunOptions& options, RunContext& context) {
  for (const std::shared_ptr<const DeclaredDesideratum>& declared : options.declared) {
    std::erase_if(context.plugins,
                  [&](const PluginContext& plugin) { return plugin.id == declared->id(); });
    context.plugins.push_back(
        {declared->id(), declared->version(), "desideratum", declared->digest()});
  }
}

bool is_folder(const std::string& name) {
  std::error_code ignored;
  return std::filesystem::is_directory(name, ignored);
}

absl::Status check_models(const RunRequest& request) {
  if (request.models.empty()) {
    return absl::InvalidArgumentError("say which model: --model cnn (eif-suite list models)");
  }
  // Several adapters may have one base; whether folders are adapters, their backend knows.
  const bool are_folders = std::all_of(request.models.begin(), request.models.end(), is_folder);
  if (request.models.size() > 1 && !request.weights.empty() && !are_folders) {
    return absl::InvalidArgumentError(
        "--weights goes with one --model, or with several folders of LoRA adapters of one base");
  }
  return absl::OkStatus();
}

// What nobody asked for is not measured beside a control, and does not halve the seeds of a budget.
absl::Status resolve_beside(const RunOptions& options, RunRequest& request) {
  const bool is_given =
      options.command != nullptr && options.command->get_option("--beside")->count() > 0;
  if (!is_given && (request.is_control() || options.budget_seconds > 0)) request.beside = "none";
  if (!request.is_control() || !request.has_beside()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("--beside measures a control beside the model, and --control ", request.control,
                   " in its place: leave one of them out"));
}

absl::Status check_desiderata(const RunRequest& request) {
  if (request.all == !request.desiderata.empty()) {
    return absl::InvalidArgumentError(
        request.all ? "--all and --desideratum exclude each other"
                    : "say what to test: --all, or --desideratum a,b (eif-suite list desiderata)");
  }
  return absl::OkStatus();
}

void append_new(const std::vector<std::string>& names, std::vector<std::string>& all) {
  for (const std::string& name : names) {
    if (std::find(all.begin(), all.end(), name) == all.end()) all.push_back(name);
  }
}

}  // namespace

void add_model_names_option(CLI::App& command, RunOptions& options) {
  may_name_path(
      command.add_option(
          "--model", options.request.models,
          "Models to test: aliases (eif-suite list models), folders with a Hugging Face "
          "checkpoint or a LoRA adapter, org/name[@revision] of the Hugging Face cache, or "
          "a pattern in quotes for a series of folders. May be given several times"))
      ->allow_extra_args(false)
      ->type_name("M[,M]");
}

void add_measuring_options(CLI::App& command, RunOptions& options) {
  command.add_option("--seeds", options.seeds, "How many draws of images or names")
      ->check(whole_number(1, kMostSeeds))
      ->capture_default_str();
  add_claims_option(command, options.request);
  add_dictionary_option(command, options.request);
  add_large_option(command, options.request);
  add_fine_tuning_options(command, options.request);
  add_model_options(command, options.request);
}

void add_out_options(CLI::App& command, RunOptions& options) {
  names_path(command.add_option("--out", options.out,
                                "Folder for run.json and the matrices; left out: a new one below "
                                "eif-out. A run that was cut off there goes on"),
             "DIR");
  command.add_flag("--fresh", options.fresh,
                   "Measure anew, in place of the run that is there, instead of going on with it");
}

void add_run_options(CLI::App& command, RunOptions& options) {
  add_model_names_option(command, options);
  CLI::Option* all =
      command.add_flag("--all", options.request.all, "Every desideratum that applies to the model");
  may_name_path(command.add_option("--desideratum", options.request.desiderata,
                                   "Only these (eif-suite list desiderata), or files that "
                                   "declare some (eif-suite check FILE.toml)"))
      ->delimiter(',')
      ->allow_extra_args(false)
      ->type_name("D|FILE.toml[,…]")
      ->excludes(all);
  add_measuring_options(command, options);
  add_dose_options(command, options.request);
  options.command = &command;
  command
      .add_option("--control", options.request.control,
                  "Measure what cannot have learned logic, to see that nothing logical holds. "
                  "random-weights: the model's weights are drawn anew. shuffled-names: texts are "
                  "about entities chosen by chance")
      ->check(one_of({"none", "random-weights", "shuffled-names"}))
      ->capture_default_str();
  options.request.beside = "holds";
  command
      .add_option("--beside", options.request.beside,
                  "A control that is measured as well, whose verdict stands beside that of the "
                  "model: what random weights share was not learned. holds: random weights, of the "
                  "desiderata that hold. random-weights: of all, which takes the time of the run "
                  "once more. With --budget none, unless this says another")
      ->check(one_of({"none", "holds", "random-weights"}))
      ->capture_default_str();
  add_mask_option(command, options.request);
  add_context_base_option(command, options.request);
  command.add_flag("--explain", options.request.explain,
                   "Also keep which layers and kinds of parameters carry each influence, and which "
                   "tokens it is on; takes the time of several runs");
  command
      .add_option("--budget", options.budget_seconds,
                  "As many seeds as fit into this time (90s, 20m, 1h30m), of one model; how many "
                  "that is, is said when the first is measured")
      ->transform(duration())
      ->excludes(command.get_option("--seeds"));
  command.add_flag("--dry-run", options.dry_run,
                   "Keep nothing: say how many rows and tokens there are, and about how much time "
                   "and memory they take, which a small part of them tells")
      ->excludes(command.get_option("--budget"));
  add_tag_option(command, options.tags);
  add_out_options(command, options);
  add_report_outputs(command, options.outputs, documents_of(run_formats()));
  command.add_flag("--json", options.json, "The same as --format json")
      ->excludes(command.get_option("--format"));
}

absl::StatusOr<RunPlan> make_run_plan(RunOptions& options, const PluginSet& plugins,
                                      const Invocation& invocation) {
  RunRequest& request = options.request;
  absl::StatusOr<std::vector<std::string>> models = expand_model_names(request.models);
  if (!models.ok()) return models.status();
  request.models = *std::move(models);
  if (absl::Status status = check_models(request); !status.ok()) return status;
  if (absl::Status status = resolve_beside(options, request); !status.ok()) return status;
  if (options.desiderata_for == nullptr) {
    if (absl::Status status = check_desiderata(request); !status.ok()) return status;
  }
  if (options.command != nullptr) choose_learned_recipe(*options.command, request);
  if (absl::Status status = resolve(request); !status.ok()) return status;
  if (request.explain) {
    if (absl::Status status = check_linear_option("--explain", request.training); !status.ok()) {
      return status;
    }
  }
  if (absl::Status status = resolve_doses(request); !status.ok()) return status;
  RunPlan plan;
  ModalitiesOfModels modalities;
  absl::StatusOr<DrawSettings> draws = draw_settings(request);
  if (!draws.ok()) return draws.status();
  plan.draws = *std::move(draws);
  for (const std::string& name : request.models) {
    absl::StatusOr<ModelChoice> choice = choose_model(name, request, plugins);
    if (!choice.ok()) return choice.status();
    if (options.desiderata_for != nullptr) {
      append_new(options.desiderata_for(choice->backend->modality()), request.desiderata);
    }
    modalities.emplace_back(name, choice->backend->modality());
    plan.models.emplace_back(choice->backend, std::move(choice->request));
  }
  if (absl::Status status = resolve_precision(modalities, request); !status.ok()) return status;
  if (options.budget_seconds > 0) {
    if (request.models.size() > 1) {
      return absl::InvalidArgumentError(
          "--budget goes with one --model: give each a run of its own");
    }
    plan.budget_seconds = options.budget_seconds;
    options.seeds = kMostSeeds;
  }
  for (uint64_t seed = 0; seed < options.seeds; ++seed) request.seeds.push_back(seed);
  absl::StatusOr<std::vector<DesideratumUnderTest>> desiderata = find_desiderata(options, plugins);
  if (!desiderata.ok()) return desiderata.status();
  plan.desiderata = *std::move(desiderata);
  plan.desiderata_are_named = !request.all && options.desiderata_for == nullptr;
  request.desiderata.clear();
  for (const DesideratumUnderTest& one : plan.desiderata) request.desiderata.push_back(one.id);
  plan.engine = make_engine(request);
  plan.sweep_engine = make_sweep_engine(request);
  plan.explain_limits = engine_limits(request);
  plan.rounding_engine = make_rounding_engine(request);
  plan.request = request;
  plan.context = make_context(plugins, invocation);
  absl::StatusOr<std::map<std::string, std::string>> tags = tags_in(options.tags);
  if (!tags.ok()) return tags.status();
  plan.context.tags = *std::move(tags);
  record_declared(options, plan.context);
  return plan;
}

}  // namespace eif
