#include <algorithm>
#include <iostream>
#include <memory>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "domains/domain.h"
#include "eif/backend.h"
#include "suite/cli/commands.h"
#include "suite/cli/exit_code.h"

namespace eif {
namespace {

struct ListOptions {
  PluginOptions plugins;
  std::string what;
};

std::string modality_names(const std::vector<Modality>& modalities) {
  return absl::StrJoin(modalities, ", ", [](std::string* out, Modality modality) {
    out->append(modality == Modality::kText ? "text" : "images");
  });
}

void list_models(const PluginSet& plugins, const std::string& data_folder) {
  std::cout << "Models\n";
  for (const LoadedPlugin& plugin : plugins.loaded) {
    if (plugin.model_backend() == nullptr) continue;
    for (const ModelAlias& alias : plugin.model_backend()->aliases(data_folder)) {
      std::cout << absl::StrFormat("  %-18s  %s\n", alias.name, alias.description);
      if (!alias.missing.empty()) {
        std::cout << absl::StrFormat("  %-18s  missing: %s\n", "", alias.missing);
      }
    }
  }
}

void list_desiderata(const PluginSet& plugins) {
  std::cout << "Desiderata\n";
  for (const LoadedPlugin& plugin : plugins.loaded) {
    if (plugin.desideratum() == nullptr) continue;
    std::cout << absl::StrFormat("  %-18s  %s [%s]\n", plugin.record().id,
                                 plugin.record().description,
                                 modality_names(plugin.info().modalities));
  }
}

void list_domains() {
  std::cout << "Domains\n";
  for (const std::string& name : domain_names()) {
    const absl::StatusOr<const DomainTemplate*> domain = find_domain(name);
    if (!domain.ok()) continue;  // every name is that of a domain
    std::cout << absl::StrFormat("  %-18s  %s, %d samples\n", name, (*domain)->description,
                                 (*domain)->samples.size());
  }
}

int list(const ListOptions& options, const Invocation& invocation) {
  if (options.what == "domains") {
    list_domains();
    return kSuccess;
  }
  const PluginSet plugins = load_plugins_with_warnings(invocation, options.plugins);
  if (options.what != "desiderata") list_models(plugins, options.plugins.data_folder);
  if (options.what.empty()) std::cout << "\n";
  if (options.what != "models") list_desiderata(plugins);
  if (options.what.empty()) {
    std::cout << "\n";
    list_domains();
  }
  if (options.what.empty() && !plugins.skipped.empty()) {
    std::cout << "\nSkipped\n";
    for (const SkippedPlugin& skipped : plugins.skipped) {
      std::cout << "  " << skipped.path.string() << "\n    " << skipped.why.message() << "\n";
    }
  }
  return plugins.skipped.empty() ? kSuccess : kUnavailable;
}

}  // namespace

Command add_list_command(CLI::App& app) {
  CLI::App* command = app.add_subcommand("list", "Show the models, desiderata and domains there are");
  auto options = std::make_shared<ListOptions>();
  command->add_option("what", options->what, "models, desiderata or domains; all if left out")
      ->check(CLI::IsMember({"models", "desiderata", "domains"}));
  add_plugin_options(*command, options->plugins);
  return [options](const Invocation& invocation) { return list(*options, invocation); };
}

}  // namespace eif
