#include <iostream>
#include <memory>

#include "absl/strings/str_cat.h"
#include "domains/images/dataset.h"
#include "eif/backend.h"
#include "suite/cli/commands.h"
#include "suite/cli/exit_code.h"
#include "suite/formats/cache_folder.h"
#include "suite/host/compute.h"

namespace eif {
namespace {

class Diagnosis {
 public:
  void fact(const std::string& name, const std::string& value) {
    std::cout << "  " << name << std::string(22 - std::min<size_t>(21, name.size()), ' ') << value
              << "\n";
  }
  void problem(const std::string& name, const std::string& what) {
    fact(name, "MISSING: " + what);
    ++problems_;
  }
  int problems() const { return problems_; }

 private:
  int problems_ = 0;
};

int doctor(const PluginOptions& options, const Invocation& invocation) {
  Diagnosis diagnosis;
  std::cout << "Program\n";
  diagnosis.fact("version", EIF_VERSION);
  diagnosis.fact("build", kBuildFingerprint);
  diagnosis.fact("libtorch", describe_libtorch());
  for (const std::string& device : describe_devices()) diagnosis.fact("device", device);

  std::cout << "\nPlugins\n";
  const PluginSearch search = default_plugin_search(
      invocation.program, std::getenv("EIF_PLUGIN_PATH"), {options.files.begin(), options.files.end()});
  for (const auto& folder : search.folders) diagnosis.fact("searched", folder.string());
  const PluginSet plugins = load_plugins(search);
  for (const LoadedPlugin& plugin : plugins.loaded) {
    diagnosis.fact(plugin.record().id, absl::StrCat(plugin.record().version, "  ", plugin.path().string()));
  }
  for (const SkippedPlugin& skipped : plugins.skipped) {
    diagnosis.problem(skipped.path.filename().string(), std::string(skipped.why.message()));
  }

  std::cout << "\nModels\n";
  for (const LoadedPlugin& plugin : plugins.loaded) {
    if (plugin.model_backend() == nullptr) continue;
    for (const ModelAlias& alias : plugin.model_backend()->aliases(options.data_folder)) {
      // Nobody needs every model, so one that is not here is no problem by itself.
      diagnosis.fact(alias.name, alias.missing.empty() ? "ready" : "not here: " + alias.missing);
    }
  }

  std::cout << "\nData\n";
  diagnosis.fact("cache", cache_folder().string());
  for (const DatasetName& dataset : {kMnist, kFashionMnist}) {
    const auto folder = find_dataset(dataset, options.data_folder);
    if (folder.ok()) {
      diagnosis.fact(dataset.title, folder->string());
    } else {
      diagnosis.problem(dataset.title, std::string(folder.status().message()));
    }
  }
  std::cout << "\n"
            << (diagnosis.problems() == 0 ? "Everything is in place."
                                          : absl::StrCat(diagnosis.problems(), " missing."))
            << "\n";
  return diagnosis.problems() == 0 ? kSuccess : kUnavailable;
}

}  // namespace

Command add_doctor_command(CLI::App& app) {
  CLI::App* command = app.add_subcommand(
      "doctor", "Show what the program runs on, what is missing and how to get it");
  auto options = std::make_shared<PluginOptions>();
  add_plugin_options(*command, *options);
  return [options](const Invocation& invocation) { return doctor(*options, invocation); };
}

}  // namespace eif
