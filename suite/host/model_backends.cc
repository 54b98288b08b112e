#include "suite/host/model_backends.h"

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <system_error>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "suite/formats/json_text.h"
#include "suite/formats/text_file.h"
#include "suite/formats/text_layout.h"

namespace eif {
namespace {

using Backends = std::vector<const LoadedPlugin*>;

std::string id_of(const LoadedPlugin* plugin) { return plugin->record().id; }

Backends backends_of(const PluginSet& plugins) {
  Backends backends;
  for (const LoadedPlugin& plugin : plugins.loaded) {
    if (plugin.model_backend() != nullptr) backends.push_back(&plugin);
  }
  return backends;
}

// Picks the backends that have a model of this name, whether or not its files are there.
Backends with_alias(const std::string& name, const Backends& backends,
                    const std::string& data_folder) {
  Backends found;
  for (const LoadedPlugin* plugin : backends) {
    const std::vector<ModelAlias> aliases = plugin->model_backend()->aliases(data_folder);
    if (std::any_of(aliases.begin(), aliases.end(),
                    [&](const ModelAlias& alias) { return alias.name == name; })) {
      found.push_back(plugin);
    }
  }
  return found;
}

absl::StatusOr<BackendOfModel> the_only_one(const std::string& name, const Backends& found) {
  if (found.size() == 1) return BackendOfModel{found.front()->model_backend(), name};
  const auto choice = [&](std::string* out, const LoadedPlugin* plugin) {
    absl::StrAppend(out, "--model ", id_of(plugin), ":", name);
  };
  return absl::InvalidArgumentError(absl::StrCat("several backends take the model '", name,
                                                 "'; expected one. Choose with ",
                                                 absl::StrJoin(found, " or ", choice)));
}

// Says for a person what the folder tells of its kind.
std::string kind_of(const std::string& folder) {
  constexpr size_t kLargestConfig = size_t{1} << 20;
  const std::filesystem::path file = std::filesystem::path(folder) / "config.json";
  const absl::StatusOr<std::string> text = read_text_file(file, kLargestConfig);
  if (absl::IsNotFound(text.status())) return "it has no config.json";
  if (!text.ok()) return std::string(text.status().message());
  const absl::StatusOr<nlohmann::json> config = parse_json(*text, "its config.json");
  if (!config.ok()) return std::string(config.status().message());
  const auto type = config->is_object() ? config->find("model_type") : config->end();
  if (type == config->end() || !type->is_string()) return "its config.json names no model_type";
  return absl::StrCat("its config.json says model_type \"", type->get<std::string>().substr(0, 60),
                      "\"");
}

Backends that_accept(const std::string& name, const Backends& backends) {
  Backends found;
  for (const LoadedPlugin* plugin : backends) {
    if (plugin->model_backend()->accepts_folder(name)) found.push_back(plugin);
  }
  return found;
}

absl::Status no_backend_for(const std::string& folder, const Backends& backends) {
  const auto described = [](std::string* out, const LoadedPlugin* plugin) {
    const std::vector<std::string> types = plugin->model_backend()->model_types();
    absl::StrAppend(out, id_of(plugin), " (", plugin->record().description,
                    types.empty() ? "" : ": ", absl::StrJoin(types, ", "), ")");
  };
  return absl::InvalidArgumentError(absl::StrCat(
      "no model backend takes the folder ", folder, ": ", sentence(kind_of(folder)), " There ",
      backends.size() == 1 ? "is " : "are ", absl::StrJoin(backends, ", ", described),
      ". Name a folder with a model of a kind that is supported, or add a backend: "
      "docs/add-a-model.md"));
}

}  // namespace

absl::StatusOr<BackendOfModel> backend_of_model(const std::string& name, const PluginSet& plugins,
                                                const std::string& data_folder) {
  const Backends all = backends_of(plugins);
  std::error_code ignored;
  const auto look_up = [&](const std::string& wanted,
                           const Backends& backends) -> absl::StatusOr<BackendOfModel> {
    if (const Backends named = with_alias(wanted, backends, data_folder); !named.empty()) {
      return the_only_one(wanted, named);
    }
    if (const Backends found = that_accept(wanted, backends); !found.empty()) {
      return the_only_one(wanted, found);
    }
    if (std::filesystem::is_directory(wanted, ignored)) return no_backend_for(wanted, backends);
    return absl::NotFoundError(absl::StrCat("no model '", wanted, "'"));
  };
  // A folder may have a colon in its name.
  absl::StatusOr<BackendOfModel> found = look_up(name, all);
  const size_t colon = name.find(':');
  if (!absl::IsNotFound(found.status()) || colon == std::string::npos) return found;
  for (const LoadedPlugin* plugin : all) {
    if (id_of(plugin) == name.substr(0, colon)) return look_up(name.substr(colon + 1), {plugin});
  }
  return found;
}

absl::StatusOr<BackendOfModel> backend_of_tokenizer(const std::string& name,
                                                    const PluginSet& plugins,
                                                    const std::string& data_folder) {
  absl::StatusOr<BackendOfModel> found = backend_of_model(name, plugins, data_folder);
  std::error_code ignored;
  if (found.ok() ||
      !std::filesystem::exists(std::filesystem::path(name) / "tokenizer.json", ignored)) {
    return found;
  }
  Backends of_text = backends_of(plugins);
  std::erase_if(of_text, [](const LoadedPlugin* plugin) {
    return plugin->model_backend()->modality() != Modality::kText;
  });
  if (of_text.empty()) return found;
  return the_only_one(name, of_text);
}

}  // namespace eif
