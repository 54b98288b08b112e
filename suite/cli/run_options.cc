#include "suite/cli/run_options.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "suite/formats/suggest.h"

namespace eif {
namespace {

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
    if (found == names.end()) {
      return absl::InvalidArgumentError(absl::StrCat("no desideratum '", name, "'.",
                                                     did_you_mean(name, names),
                                                     " There are: ", absl::StrJoin(names, ", ")));
    }
    chosen.push_back(there[static_cast<size_t>(found - names.begin())]);
  }
  return chosen;
}

Control control_of(const std::string& name) {
  for (const Control control : {Control::kRandomWeights, Control::kShuffledNames}) {
    if (name == control_name(control)) return control;
  }
  return Control::kNone;
}

absl::Status check_models(const RunOptions& options) {
  if (options.models.empty()) {
    return absl::InvalidArgumentError("say which model: --model cnn (eif-suite list models)");
  }
  if (options.models.size() > 1 && !options.model.weights.empty()) {
    return absl::InvalidArgumentError("--weights goes with one --model");
  }
  return absl::OkStatus();
}

absl::Status check_desiderata(const RunOptions& options) {
  if (options.all == !options.desiderata.empty()) {
    return absl::InvalidArgumentError(
        options.all ? "--all and --desideratum exclude each other"
                    : "say what to test: --all, or --desideratum a,b (eif-suite list desiderata)");
  }
  return absl::OkStatus();
}

}  // namespace

void add_model_names_option(CLI::App& command, RunOptions& options) {
  command.add_option("--model", options.models, "Models to test (eif-suite list models)")
      ->delimiter(',')
      ->type_name("M[,M]");
}

void add_measuring_options(CLI::App& command, RunOptions& options) {
  command.add_option("--seeds", options.seeds, "How many draws of images or names")
      ->check(CLI::Range(1, 1000000))
      ->capture_default_str();
  add_claims_option(command, options.draw);
  add_dictionary_option(command, options.draw);
  add_large_option(command, options.draw);
  add_fine_tuning_options(command, options.fine_tuning);
  add_model_options(command, options.model);
}

void add_run_options(CLI::App& command, RunOptions& options) {
  add_model_names_option(command, options);
  CLI::Option* all =
      command.add_flag("--all", options.all, "Every desideratum that applies to the model");
  command.add_option("--desideratum", options.desiderata, "Only these (eif-suite list desiderata)")
      ->delimiter(',')
      ->type_name("D[,D]")
      ->excludes(all);
  add_measuring_options(command, options);
  command
      .add_option("--control", options.control,
                  "Measure what cannot have learned logic, to see that nothing logical holds. "
                  "random-weights: the model's weights are drawn anew. shuffled-names: texts are "
                  "about entities chosen by chance")
      ->check(CLI::IsMember({"none", "random-weights", "shuffled-names"}))
      ->capture_default_str();
  command
      .add_option("--out", options.out,
                  "Folder for run.json and the matrices; left out: a new one below eif-out")
      ->type_name("DIR");
  command.add_flag("--json", options.json, "Print the run as JSON instead of the report");
}

absl::StatusOr<RunPlan> make_measuring_plan(const RunOptions& options, const PluginSet& plugins) {
  if (absl::Status status = check_models(options); !status.ok()) return status;
  const absl::StatusOr<TrainingOptions> training = training_options(options.fine_tuning);
  if (!training.ok()) return training.status();
  RunPlan plan;
  absl::StatusOr<DrawSettings> draws = draw_settings(options.draw);
  if (!draws.ok()) return draws.status();
  plan.draws = *std::move(draws);
  for (const std::string& name : options.models) {
    absl::StatusOr<ModelChoice> choice = choose_model(name, options.model, plugins);
    if (!choice.ok()) return choice.status();
    plan.models.emplace_back(choice->backend, std::move(choice->request));
  }
  for (uint64_t seed = 0; seed < options.seeds; ++seed) plan.seeds.push_back(seed);
  plan.engine = make_engine(options.fine_tuning);
  plan.training = *training;
  plan.control = control_of(options.control);
  return plan;
}

absl::StatusOr<RunPlan> make_run_plan(const RunOptions& options, const PluginSet& plugins) {
  absl::StatusOr<RunPlan> plan = make_measuring_plan(options, plugins);
  if (!plan.ok()) return plan;
  if (absl::Status status = check_desiderata(options); !status.ok()) return status;
  absl::StatusOr<std::vector<const LoadedPlugin*>> desiderata = find_desiderata(options, plugins);
  if (!desiderata.ok()) return desiderata.status();
  plan->desiderata = *std::move(desiderata);
  return plan;
}

}  // namespace eif
