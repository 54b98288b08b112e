#include "suite/cli/commands.h"

#include <cstdlib>
#include <iostream>

#include "eif/backend.h"

namespace eif {

void add_plugin_options(CLI::App& app, PluginOptions& options) {
  app.add_option("--plugin", options.files, "Also load this plugin library (repeatable)")
      ->type_name("FILE");
  app.add_option("--data", options.data_folder,
                 "Folder with the data sets, instead of the usual places")
      ->type_name("DIR");
}

PluginSet load_plugins_with_warnings(const Invocation& invocation, const PluginOptions& options) {
  PluginSet plugins = load_plugins(
      default_plugin_search(invocation.program, std::getenv("EIF_PLUGIN_PATH"),
                            {options.files.begin(), options.files.end()}));
  for (const SkippedPlugin& skipped : plugins.skipped) {
    std::cerr << "skipped plugin: " << skipped.why.message() << "\n";
  }
  return plugins;
}

std::vector<std::string> model_names(const PluginSet& plugins, const std::string& data_folder) {
  std::vector<std::string> names;
  for (const LoadedPlugin& plugin : plugins.loaded) {
    if (plugin.model_backend() == nullptr) continue;
    for (const ModelAlias& alias : plugin.model_backend()->aliases(data_folder)) {
      names.push_back(alias.name);
    }
  }
  return names;
}

void print_error(const std::string& message) { std::cerr << "error: " << message << "\n"; }

}  // namespace eif
