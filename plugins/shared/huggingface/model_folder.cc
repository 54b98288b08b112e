#include "plugins/shared/huggingface/model_folder.h"

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <system_error>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "suite/formats/json_text.h"
#include "suite/formats/text_file.h"

namespace eif {
namespace {

namespace fs = std::filesystem;

// An index larger than this is refused. It has room for about 40,000 tensors (Llama 3.1 405B has
// 1,137) and bounds the tree that is parsed.
constexpr size_t kLargestIndex = size_t{4} << 20;
constexpr const char* kEntryPrefix = "models--";
constexpr const char* kConfig = "config.json";
constexpr const char* kWeights = "model.safetensors";
constexpr const char* kIndex = "model.safetensors.index.json";

// Whether there is a file, behind all links: those of the cache lead nowhere until a download ends.
bool is_there(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

// Lists the names in a folder in order, and none where it cannot be read.
std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    names.push_back(entry->path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

// Whether `name`, from an untrusted file, names a file or folder and is no way to other places.
bool is_plain_name(const std::string& name) {
  return !name.empty() && name[0] != '.' && name.size() < 256 &&
         std::none_of(
             name.begin(), name.end(),
             [](char c) { return c == '/' || c == '\\' || static_cast<unsigned char>(c) < ' '; });
}

std::optional<fs::path> folder_from_environment(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr || value[0] == '\0') return std::nullopt;
  const char* home = std::getenv("HOME");
  if (absl::StartsWith(value, "~/") && home != nullptr) return fs::path(home) / (value + 2);
  return fs::path(value);
}

// Finds what a download that did not end has left behind in the cache entry or the folder.
std::string incomplete_download(const fs::path& folder) {
  for (const fs::path& place :
       {folder / ".." / ".." / "blobs", folder / ".cache" / "huggingface" / "download"}) {
    for (const std::string& name : names_in(place)) {
      if (absl::EndsWith(name, ".incomplete")) {
        return absl::StrCat(" (its download did not end: there is ", name.substr(0, 80),
                            "; download it again)");
      }
    }
  }
  return "";
}

absl::Status missing(const fs::path& folder, const std::string& what) {
  return absl::NotFoundError(
      absl::StrCat(folder.string(), " has no ", what, incomplete_download(folder)));
}

absl::Status no_weights(const fs::path& folder) {
  const std::vector<std::string> names = names_in(folder);
  const auto any = [&](const char* prefix, const char* suffix) {
    return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
      return absl::StartsWith(name, prefix) && absl::EndsWith(name, suffix);
    });
  };
  if (any("model-", ".safetensors")) {
    return missing(folder, absl::StrCat(kIndex, " to go with its model-….safetensors"));
  }
  if (any("pytorch_model", ".bin")) {
    return absl::NotFoundError(absl::StrCat(
        folder.string(),
        " has its weights in pytorch_model….bin only, a format that can run code "
        "and is never loaded; expected ",
        kWeights, ": save the model again with save_pretrained(…, safe_serialization=True)"));
  }
  return missing(folder, absl::StrCat(kWeights, " and no ", kIndex));
}

absl::StatusOr<std::set<std::string>> shard_names(const fs::path& index) {
  const absl::StatusOr<std::string> text = read_text_file(index, kLargestIndex);
  if (!text.ok()) return text.status();
  const absl::StatusOr<nlohmann::json> json = parse_json(*text, index.string());
  if (!json.ok()) return json.status();
  const auto map = json->is_object() ? json->find("weight_map") : json->end();
  if (map == json->end() || !map->is_object() || map->empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat(index.string(),
                     " has no weight_map; expected a JSON object that names the file of each "
                     "tensor there"));
  }
  std::set<std::string> names;
  for (const auto& [tensor, file] : map->items()) {
    if (!file.is_string() || !is_plain_name(file.get_ref<const std::string&>()) ||
        !absl::EndsWith(file.get_ref<const std::string&>(), ".safetensors")) {
      return absl::InvalidArgumentError(absl::StrCat(
          index.string(), " says that a tensor is in ",
          file.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace).substr(0, 80),
          "; expected the name of a .safetensors file beside it"));
    }
    names.insert(file.get<std::string>());
  }
  return names;
}

// Decides which snapshot of a cache entry is taken.
absl::StatusOr<std::string> revision(const fs::path& entry) {
  const absl::StatusOr<std::string> main = read_text_file(entry / "refs" / "main");
  if (main.ok()) {
    const std::string name(absl::StripAsciiWhitespace(*main));
    if (is_plain_name(name)) return name;
    return absl::InvalidArgumentError(
        absl::StrCat((entry / "refs" / "main").string(),
                     " is not the name of a revision; download the model again"));
  }
  const std::vector<std::string> snapshots = names_in(entry / "snapshots");
  if (snapshots.size() == 1) return snapshots.front();
  return absl::NotFoundError(absl::StrCat(
      entry.string(), " has no refs/main, and ", snapshots.size(),
      " snapshots; expected one: name the folder of the snapshot, or download the model again"));
}

}  // namespace

fs::path hugging_face_cache() {
  if (const auto cache = folder_from_environment("HF_HUB_CACHE")) return *cache;
  if (const auto home = folder_from_environment("HF_HOME")) return *home / "hub";
  if (const auto cache = folder_from_environment("XDG_CACHE_HOME")) {
    return *cache / "huggingface" / "hub";
  }
  return folder_from_environment("HOME").value_or("/") / ".cache" / "huggingface" / "hub";
}

std::string cache_entry(const std::string& repository) {
  return absl::StrCat(kEntryPrefix, absl::StrReplaceAll(repository, {{"/", "--"}}));
}

absl::StatusOr<ModelFolder> open_model_folder(const fs::path& path) {
  fs::path folder = fs::absolute(path).lexically_normal();
  if (!folder.has_filename()) folder = folder.parent_path();  // was written with a slash at its end
  if (!is_there(folder)) {
    return absl::NotFoundError(absl::StrCat(folder.string(), " does not exist"));
  }
  if (!is_there(folder / kConfig) && is_there(folder / "snapshots")) {
    const absl::StatusOr<std::string> name = revision(folder);
    if (!name.ok()) return name.status();
    folder = folder / "snapshots" / *name;
  }
  if (!is_there(folder / kConfig)) {
    return missing(folder, absl::StrCat(kConfig,
                                        "; expected a folder with a Hugging Face model, "
                                        "or an entry of the Hugging Face cache"));
  }
  const std::string entry = folder.parent_path().parent_path().filename().string();
  if (folder.parent_path().filename() != "snapshots" || !absl::StartsWith(entry, kEntryPrefix)) {
    return ModelFolder{folder, folder.filename().string()};
  }
  const std::string repository(absl::StripPrefix(entry, kEntryPrefix));
  return ModelFolder{folder, absl::StrCat(absl::StrReplaceAll(repository, {{"--", "/"}}), "@",
                                          folder.filename().string())};
}

absl::StatusOr<std::vector<fs::path>> weight_files(const fs::path& folder) {
  if (is_there(folder / kWeights)) return std::vector<fs::path>{folder / kWeights};
  if (!is_there(folder / kIndex)) return no_weights(folder);
  const absl::StatusOr<std::set<std::string>> names = shard_names(folder / kIndex);
  if (!names.ok()) return names.status();
  std::vector<fs::path> files;
  for (const std::string& name : *names) {
    if (!is_there(folder / name)) {
      return missing(folder, absl::StrCat(name, ", which ", kIndex, " lists"));
    }
    files.push_back(folder / name);
  }
  return files;
}

}  // namespace eif
