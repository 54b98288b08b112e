#include <algorithm>
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "domains/domain.h"
#include "eif/backend.h"
#include "suite/cli/choices.h"
#include "suite/cli/commands.h"
#include "suite/cli/exit_code.h"
#include "suite/core/deciding_dose.h"
#include "suite/core/expectations.h"
#include "suite/formats/printable.h"
#include "suite/formats/text_layout.h"

namespace eif {
namespace {

struct ListOptions {
  PluginOptions plugins;
  std::string what;
};

// A name of a plugin or a domain, and what it is, on a line of its own or on several.
std::string line(const std::string& name, const std::string& what) {
  constexpr size_t kNameWidth = 18;
  return entry(printable(name), printable(what), kNameWidth, output_columns());
}

// "text decided at dose 0.9, images"
std::string modality_names(const DesideratumInfo& info) {
  return absl::StrJoin(info.modalities, ", ", [&](std::string* out, Modality modality) {
    out->append(modality == Modality::kText ? "text" : "images");
    const Expectation* const first = first_primary(info, modality);
    if (first == nullptr || modality == Modality::kImage) return;
    absl::StrAppend(out, " ", doses_text(*first));
  });
}

std::string models(const PluginSet& plugins, const std::string& data_folder) {
  std::string text = "Models\n";
  for (const LoadedPlugin& plugin : plugins.loaded) {
    if (plugin.model_backend() == nullptr) continue;
    for (const ModelAlias& alias : plugin.model_backend()->aliases(data_folder)) {
      text += line(alias.name, alias.description);
      if (!alias.missing.empty()) text += line("", absl::StrCat("missing: ", alias.missing));
    }
  }
  return text;
}

std::string desiderata(const PluginSet& plugins) {
  std::string text = "Desiderata\n";
  for (const LoadedPlugin& plugin : plugins.loaded) {
    if (plugin.desideratum() == nullptr) continue;
    text += line(plugin.record().id, absl::StrCat(plugin.record().description, " [",
                                                  modality_names(plugin.info()), "]"));
  }
  return text;
}

std::string domains() {
  std::string text = "Domains\n";
  for (const std::string& name : domain_names()) {
    const absl::StatusOr<const DomainTemplate*> domain = find_domain(name);
    if (!domain.ok()) continue;  // every name is that of a domain
    text += line(name,
                 absl::StrCat((*domain)->description, ", ", (*domain)->samples.size(), " samples"));
  }
  return text;
}

std::string skipped(const PluginSet& plugins) {
  std::string text = "Skipped\n";
  for (const SkippedPlugin& plugin : plugins.skipped) {
    absl::StrAppend(&text, "  ", printable(plugin.path.string()), "\n",
                    line("", std::string(plugin.why.message())));
  }
  return text;
}

int list(const ListOptions& options, const Invocation& invocation) {
  if (options.what == "domains") return print_result(domains(), kSuccess);
  const PluginSet plugins = load_plugins_with_warnings(invocation, options.plugins);
  std::vector<std::string> parts;
  if (options.what != "desiderata") parts.push_back(models(plugins, options.plugins.data_folder));
  if (options.what != "models") parts.push_back(desiderata(plugins));
  if (options.what.empty()) parts.push_back(domains());
  if (options.what.empty() && !plugins.skipped.empty()) parts.push_back(skipped(plugins));
  return print_result(absl::StrJoin(parts, "\n"),
                      plugins.skipped.empty() ? kSuccess : kUnavailable);
}

}  // namespace

Command add_list_command(CLI::App& app) {
  CLI::App* command =
      app.add_subcommand("list", "Show the models, desiderata and domains there are");
  auto options = std::make_shared<ListOptions>();
  command->add_option("what", options->what, "models, desiderata or domains; all if left out")
      ->check(one_of({"models", "desiderata", "domains"}));
  add_plugin_options(*command, options->plugins);
  return [options](const Invocation& invocation) { return list(*options, invocation); };
}

}  // namespace eif
