#include "suite/host/plugin_loader.h"

#include <dlfcn.h>

#include <algorithm>
#include <functional>
#include <list>
#include <set>
#include <system_error>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "eif/backend.h"
#include "suite/core/deciding_dose.h"
#include "suite/core/expectations.h"
#include "suite/host/guard.h"
#include "suite/host/guarded_backend.h"
#include "suite/host/plugin_build.h"
#include "suite/host/plugin_file.h"
#include "suite/host/under_way.h"

#define BOOST_DLL_USE_STD_FS  // std::filesystem rather than Boost's
#include <boost/dll/shared_library.hpp>

namespace eif {
namespace {

namespace fs = std::filesystem;

constexpr char kEntrySymbol[] = "eif_plugin";
constexpr char kRepair[] = "Correct the plugin's source, or ask its author";

// Calls code of the plugin; what it throws becomes a refusal of the plugin.
template <typename Call>
auto call_plugin(const fs::path& path, const std::string& callee, Call call)
    -> absl::StatusOr<decltype(call())> {
  const UnderWay here(absl::StrCat("plugin ", path.string(), ", ", callee));
  absl::StatusOr<decltype(call())> result =
      guarded(absl::StrCat(callee, " failed"),
              [&]() -> absl::StatusOr<decltype(call())> { return call(); });
  if (result.ok()) return result;
  return plugin_error(result.status().code(), path, std::string(result.status().message()),
                      kRepair);
}

std::string quoted(const char* text) {
  return text == nullptr ? "nothing" : absl::StrCat("\"", absl::CEscape(text), "\"");
}

// ---- Opening ---------------------------------------------------------------------------------

// Libraries are never unloaded, not even those that are refused. Their code is needed by objects
// that outlive any orderly point to unload them: destructors of statics and thread_locals, types of
// exceptions in flight, functions registered with libtorch. The list itself is not destroyed
// either, since its end at exit would unload them.
boost::dll::shared_library& keep_forever(boost::dll::shared_library library) {
  static auto& libraries = *new std::list<boost::dll::shared_library>();
  return libraries.emplace_back(std::move(library));
}

// `file` comes from checked_plugin_file: absolute, and the real one.
absl::StatusOr<const PluginRecord*> open_library(const fs::path& file) {
  using boost::dll::load_mode::rtld_local;
  using boost::dll::load_mode::rtld_now;
  const UnderWay here(absl::StrCat("plugin ", file.string(), ", which is being opened"));
  boost::dll::shared_library opened;
  std::error_code error;
  // rtld_now: what is missing shows here and not in the middle of a measurement. rtld_local: no
  // plugin sees another's symbols. Never RTLD_DEEPBIND: it gives the plugin a second libstdc++ and
  // allocator where the program has replaced them, as sanitizers do.
  opened.load(file, error, rtld_now | rtld_local);
  if (error) {
    const char* reason = dlerror();
    return plugin_error(absl::StatusCode::kFailedPrecondition, file,
                        absl::StrCat("the library cannot be loaded: ",
                                     reason == nullptr ? error.message() : reason),
                        "Install what is missing, or rebuild the plugin");
  }
  const boost::dll::shared_library& library = keep_forever(std::move(opened));
  if (!library.has(kEntrySymbol)) {
    return plugin_error(absl::StatusCode::kInvalidArgument, file,
                        absl::StrCat("the library has no symbol ", kEntrySymbol,
                                     ", which every eif-suite plugin exports"),
                        "End the plugin's source with EIF_DESIDERATUM_PLUGIN or EIF_MODEL_PLUGIN");
  }
  const absl::StatusOr<const PluginRecord*> record = call_plugin(
      file, absl::StrCat(kEntrySymbol, "()"), library.get<const PluginRecord*()>(kEntrySymbol));
  if (record.ok() && *record == nullptr) {
    return plugin_error(absl::StatusCode::kInvalidArgument, file,
                        absl::StrCat(kEntrySymbol, "() gave no record; expected a static one"),
                        kRepair);
  }
  return record;
}

// ---- Checks of the record --------------------------------------------------------------------

absl::Status check_record(const fs::path& path, const PluginRecord& record, bool names_torch) {
  if (record.id == nullptr || !is_plugin_id(record.id)) {
    return plugin_error(absl::StatusCode::kInvalidArgument, path,
                        absl::StrCat("found the id ", quoted(record.id),
                                     ", expected lower-case letters, digits and _, with a letter "
                                     "first"),
                        kRepair);
  }
  if (record.version == nullptr || record.description == nullptr) {
    return plugin_error(absl::StatusCode::kInvalidArgument, path,
                        absl::StrCat("found version ", quoted(record.version), " and description ",
                                     quoted(record.description), ", expected text for both"),
                        kRepair);
  }
  if ((record.make_desideratum == nullptr) == (record.make_model_backend == nullptr)) {
    return plugin_error(
        absl::StatusCode::kInvalidArgument, path,
        absl::StrCat("found ", record.make_desideratum == nullptr ? "no factory" : "both factories",
                     ", expected either make_desideratum or make_model_backend"),
        kRepair);
  }
  if (record.make_model_backend != nullptr && !names_torch) {
    return plugin_error(
        absl::StatusCode::kFailedPrecondition, path,
        absl::StrCat("found a model backend whose note names no libtorch, expected ",
                     TORCH_VERSION),
        "End the plugin's source with EIF_MODEL_PLUGIN");
  }
  return absl::OkStatus();
}

// ---- Checks of the object --------------------------------------------------------------------

// Expectations or observations.
template <typename Items>
absl::Status check_distinct_ids(const fs::path& path, const std::string& kind, const Items& items) {
  std::set<std::string> ids;
  for (const auto& item : items) {
    if (!item.id.empty() && ids.insert(item.id).second) continue;
    return plugin_error(absl::StatusCode::kInvalidArgument, path,
                        absl::StrCat("info() has ",
                                     item.id.empty() ? absl::StrCat("an ", kind, " without an id")
                                                     : absl::StrCat("two ", kind, "s with the id ",
                                                                    quoted(item.id.c_str())),
                                     ", expected distinct ids"),
                        kRepair);
  }
  return absl::OkStatus();
}

absl::Status check_info(const fs::path& path, const DesideratumInfo& info) {
  if (info.claim.empty()) {
    return plugin_error(absl::StatusCode::kInvalidArgument, path,
                        "info() has no claim, expected one sentence", kRepair);
  }
  if (info.modalities.empty()) {
    return plugin_error(absl::StatusCode::kInvalidArgument, path,
                        "info() has no modalities, expected text, images or both", kRepair);
  }
  absl::Status distinct = check_distinct_ids(path, "expectation", info.expectations);
  if (!distinct.ok()) return distinct;
  distinct = check_distinct_ids(path, "observation", info.observations);
  if (!distinct.ok()) return distinct;
  for (const Modality modality : info.modalities) {
    if (primary_expectations(info, modality) > 0) continue;
    // Nothing would be left to violate it: it would hold for every model.
    return plugin_error(
        absl::StatusCode::kInvalidArgument, path,
        absl::StrCat("info() has no primary expectation for ",
                     modality == Modality::kText ? "text" : "images", ", expected at least one"),
        kRepair);
  }
  const absl::Status stated = check_stated_doses(info);
  if (stated.ok()) return stated;
  return plugin_error(stated.code(), path, absl::StrCat("info(): ", std::string(stated.message())),
                      kRepair);
}

// Calls a factory of the record.
template <typename Product>
absl::StatusOr<std::unique_ptr<Product>> make(const fs::path& path, const std::string& factory,
                                              Product* (*function)()) {
  absl::StatusOr<Product*> product = call_plugin(path, absl::StrCat(factory, "()"), function);
  if (!product.ok()) return product.status();
  if (*product == nullptr) {
    return plugin_error(absl::StatusCode::kInternal, path,
                        absl::StrCat(factory, "() made nothing; expected an object"), kRepair);
  }
  return std::unique_ptr<Product>(*product);
}

absl::StatusOr<LoadedPlugin> make_desideratum(const fs::path& path, const PluginRecord& record) {
  absl::StatusOr<std::unique_ptr<Desideratum>> desideratum =
      make(path, "make_desideratum", record.make_desideratum);
  if (!desideratum.ok()) return desideratum.status();
  absl::StatusOr<DesideratumInfo> info =
      call_plugin(path, "info()", [&] { return (*desideratum)->info(); });
  if (!info.ok()) return info.status();
  absl::Status checked = check_info(path, *info);
  if (!checked.ok()) return checked;
  return LoadedPlugin(path, record, *std::move(desideratum), *std::move(info));
}

absl::StatusOr<LoadedPlugin> make_model_backend(
    const fs::path& path, const PluginRecord& record,
    const std::function<void(const absl::Status&)>& tell) {
  absl::StatusOr<std::unique_ptr<ModelBackend>> backend =
      make(path, "make_model_backend", record.make_model_backend);
  if (!backend.ok()) return backend.status();
  // What every command asks of every backend is asked once here, so that one that cannot answer is
  // skipped like any other plugin that is of no use.
  const absl::Status aliases =
      call_plugin(path, "aliases()", [&] { return (*backend)->aliases(""); }).status();
  if (!aliases.ok()) return aliases;
  const absl::Status modality =
      call_plugin(path, "modality()", [&] { return (*backend)->modality(); }).status();
  if (!modality.ok()) return modality;
  const auto tell_of_plugin = [path, tell](const absl::Status& why) {
    tell(plugin_error(why.code(), path, std::string(why.message()), kRepair));
  };
  return LoadedPlugin(
      path, record,
      std::make_unique<GuardedBackend>(record.id, *std::move(backend), tell_of_plugin));
}

// ---- Search ----------------------------------------------------------------------------------

class Loader {
 public:
  explicit Loader(std::function<void(const absl::Status&)> tell) : tell_(std::move(tell)) {}

  void add_folder(const fs::path& folder) {
    absl::Status usable = check_plugin_folder(folder);
    if (!usable.ok()) {
      set_.skipped.push_back({folder, std::move(usable)});
      return;
    }
    std::vector<fs::path> files;
    std::error_code error;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error)) {
      if (entry->path().extension() == ".so") files.push_back(entry->path());
    }
    if (error) {
      set_.skipped.push_back(
          {folder, plugin_error(absl::StatusCode::kPermissionDenied, folder,
                                absl::StrCat("the folder cannot be read: ", error.message()),
                                "Check its permissions")});
    }
    // The order of a directory is the file system's; ours decides which of two equal ids wins.
    std::sort(files.begin(), files.end());
    for (const fs::path& file : files) add_file(file);
  }

  void add_file(const fs::path& file) {
    absl::StatusOr<fs::path> real = checked_plugin_file(file);
    if (!real.ok()) {
      set_.skipped.push_back({file, real.status()});
      return;
    }
    if (!seen_.insert(*real).second) return;
    absl::StatusOr<LoadedPlugin> plugin = load(*real);
    if (plugin.ok()) {
      set_.loaded.push_back(*std::move(plugin));
    } else {
      set_.skipped.push_back({*real, plugin.status()});
    }
  }

  PluginSet finish() {
    std::sort(set_.loaded.begin(), set_.loaded.end(),
              [](const LoadedPlugin& a, const LoadedPlugin& b) {
                return std::string(a.record().id) < b.record().id;
              });
    return std::move(set_);
  }

 private:
  absl::StatusOr<LoadedPlugin> load(const fs::path& file) const {
    // Before any of its code runs.
    const absl::StatusOr<std::string> build = read_plugin_build(file);
    if (!build.ok()) return build.status();
    absl::Status checked = check_plugin_build(file, *build);
    if (!checked.ok()) return checked;
    const absl::StatusOr<const PluginRecord*> record = open_library(file);
    if (!record.ok()) return record.status();
    checked = check_record(file, **record, build_names_torch(*build));
    if (checked.ok()) checked = check_new(file, **record);
    if (!checked.ok()) return checked;
    return (*record)->make_desideratum != nullptr ? make_desideratum(file, **record)
                                                  : make_model_backend(file, **record, tell_);
  }

  absl::Status check_new(const fs::path& path, const PluginRecord& record) const {
    for (const LoadedPlugin& first : set_.loaded) {
      if (std::string(first.record().id) != record.id) continue;
      return plugin_error(
          absl::StatusCode::kAlreadyExists, path,
          absl::StrCat("the id ", quoted(record.id), " is taken by ", first.path().string(),
                       ", which was found first and is used"),
          "Remove one of the two, or give this one another id");
    }
    return absl::OkStatus();
  }

  std::function<void(const absl::Status&)> tell_;
  PluginSet set_;
  std::set<fs::path> seen_;  // real files that were opened
};

}  // namespace

bool is_plugin_id(const std::string& id) {
  return !id.empty() && absl::ascii_islower(id[0]) && std::all_of(id.begin(), id.end(), [](char c) {
    return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '_';
  });
}

LoadedPlugin::LoadedPlugin(fs::path path, const PluginRecord& record,
                           std::unique_ptr<Desideratum> desideratum, DesideratumInfo info)
    : path_(std::move(path)),
      record_(&record),
      desideratum_(std::move(desideratum)),
      info_(std::move(info)) {}

LoadedPlugin::LoadedPlugin(fs::path path, const PluginRecord& record,
                           std::unique_ptr<ModelBackend> model_backend)
    : path_(std::move(path)), record_(&record), model_backend_(std::move(model_backend)) {}

// Here, where ModelBackend is complete: the header keeps libtorch out of those who include it.
LoadedPlugin::LoadedPlugin(LoadedPlugin&&) noexcept = default;
LoadedPlugin& LoadedPlugin::operator=(LoadedPlugin&&) noexcept = default;
LoadedPlugin::~LoadedPlugin() = default;

PluginSearch default_plugin_search(const fs::path& program, const char* plugin_path,
                                   std::vector<fs::path> files) {
  PluginSearch search;
  std::error_code error;
  const fs::path real = fs::weakly_canonical(program, error);
  search.folders.push_back((error ? program : real).parent_path().parent_path() / "lib" /
                           "eif-suite");
  if (plugin_path != nullptr) {
    const std::vector<std::string> entries = absl::StrSplit(plugin_path, ':', absl::SkipEmpty());
    search.folders.insert(search.folders.end(), entries.begin(), entries.end());
  }
  search.files = std::move(files);
  return search;
}

PluginSet load_plugins(const PluginSearch& search) {
  Loader loader(search.tell);
  for (const fs::path& folder : search.folders) loader.add_folder(folder);
  for (const fs::path& file : search.files) loader.add_file(file);
  return loader.finish();
}

}  // namespace eif
