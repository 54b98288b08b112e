// Finds plugins, checks them, and makes what they offer.
//
//   const PluginSet plugins = load_plugins(
//       default_plugin_search(program, std::getenv("EIF_PLUGIN_PATH"), {"/home/me/mine.so"}));
//   for (const LoadedPlugin& plugin : plugins.loaded) use(plugin);
//   for (const SkippedPlugin& plugin : plugins.skipped) warn(plugin.why.message());
//
// A bad plugin never stops the others: it is skipped, and why says what was found, what was
// expected and what to do next.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "eif/desideratum.h"
#include "eif/plugin.h"

namespace eif {

// Whether a plugin may have this id: lower-case letters, digits and _, with a letter first.
bool is_plugin_id(const std::string& id);

// Where plugins are looked for, in this order; of two plugins with one id the first is kept.
struct PluginSearch {
  std::vector<std::filesystem::path> folders = {};  // each *.so in them, by name; absolute
  std::vector<std::filesystem::path> files = {};
  // Called when a plugin that was loaded fails later, in a call whose answer has no room for it.
  std::function<void(const absl::Status&)> tell = [](const absl::Status&) {};
};

// `program`/../../lib/eif-suite, which is right in the build folder and where it is installed, then
// the entries of `plugin_path`, separated by colons (nullptr: none). Empty entries, which other
// programs take for the working directory, are left out.
PluginSearch default_plugin_search(const std::filesystem::path& program, const char* plugin_path,
                                   std::vector<std::filesystem::path> files);

// A file or folder that was not used.
struct SkippedPlugin {
  std::filesystem::path path;
  absl::Status why;
};

// A plugin that passed every check, with its one object. Deletes the object; the library stays.
class LoadedPlugin {
 public:
  LoadedPlugin(std::filesystem::path path, const PluginRecord& record,
               std::unique_ptr<Desideratum> desideratum, DesideratumInfo info);
  LoadedPlugin(std::filesystem::path path, const PluginRecord& record,
               std::unique_ptr<ModelBackend> model_backend);
  LoadedPlugin(LoadedPlugin&&) noexcept;
  LoadedPlugin& operator=(LoadedPlugin&&) noexcept;
  ~LoadedPlugin();

  // All symbolic links resolved.
  const std::filesystem::path& path() const { return path_; }
  // Valid until the program ends.
  const PluginRecord& record() const { return *record_; }

  // Exactly one of the two is not null. Owned by this plugin.
  const Desideratum* desideratum() const { return desideratum_.get(); }
  const ModelBackend* model_backend() const { return model_backend_.get(); }
  // What desideratum()->info() answered when it was checked; empty for a model backend.
  const DesideratumInfo& info() const { return info_; }

 private:
  std::filesystem::path path_;
  const PluginRecord* record_;
  std::unique_ptr<Desideratum> desideratum_;
  std::unique_ptr<ModelBackend> model_backend_;
  DesideratumInfo info_;
};

struct PluginSet {
  std::vector<LoadedPlugin> loaded;    // by id
  std::vector<SkippedPlugin> skipped;  // in the order of the search
};

// On the main thread. A file that the search reaches twice is loaded once.
PluginSet load_plugins(const PluginSearch& search);

}  // namespace eif
