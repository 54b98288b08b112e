#include "plugins/shared/huggingface/model_folder.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <system_error>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "plugins/shared/huggingface/adapter.h"
#include "plugins/shared/huggingface/file_names.h"
#include "plugins/shared/huggingface/hub_cache.h"
#include "plugins/shared/huggingface/other_formats.h"
#include "suite/formats/json_text.h"
#include "suite/formats/text_file.h"

namespace eif {
namespace {

namespace fs = std::filesystem;

// An index larger than this is refused. It has room for about 40,000 tensors (Llama 3.1 405B has
// 1,137) and bounds the tree that is parsed.
constexpr size_t kLargestIndex = size_t{4} << 20;
constexpr const char* kConfig = "config.json";
constexpr const char* kWeights = "model.safetensors";
constexpr const char* kIndex = "model.safetensors.index.json";

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
  const std::string other = other_format(folder);
  if (!other.empty()) return absl::NotFoundError(other);
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

std::string name_of(const fs::path& folder) {
  const std::string of_snapshot = name_of_snapshot(folder);
  return of_snapshot.empty() ? folder.filename().string() : of_snapshot;
}

absl::StatusOr<ModelFolder> open_whole_model(const fs::path& folder) {
  if (is_there(folder / kConfig)) {
    return ModelFolder{.path = folder, .name = name_of(folder), .tokenizer = folder};
  }
  const std::string other = other_format(folder);
  if (!other.empty()) return absl::NotFoundError(other);
  return missing(folder, absl::StrCat(kConfig,
                                      "; expected a folder with a Hugging Face model, "
                                      "or an entry of the Hugging Face cache"));
}

bool has_weights(const fs::path& folder) {
  return is_there(folder / kWeights) || is_there(folder / kIndex);
}

absl::StatusOr<ModelFolder> open_adapter(const fs::path& folder, const std::string& base_name) {
  const absl::StatusOr<std::string> named =
      base_name.empty() ? Adapter::base_of(folder) : absl::StatusOr<std::string>(base_name);
  if (!named.ok()) return named.status();
  constexpr const char* kNameTheBase = "name the folder of its base with --weights";
  if (named->empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat(folder.string(), " has a LoRA adapter and does not say of which model: ",
                     kNameTheBase));
  }
  const absl::StatusOr<fs::path> base = find_model_folder(*named);
  if (!base.ok()) {
    return absl::Status(base.status().code(),
                        absl::StrCat("the base of the LoRA adapter in ", folder.string(),
                                     " was not found: ", base.status().message(), "; or ",
                                     kNameTheBase));
  }
  if (!is_there(*base / kConfig) && Adapter::is_in(*base)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "the base of the LoRA adapter in ", folder.string(), " is an adapter itself (",
        base->string(), "): merge that one first, with peft's merge_and_unload()"));
  }
  absl::StatusOr<ModelFolder> model = open_whole_model(*base);
  if (!model.ok()) return model;
  model->adapter = folder;
  model->adapter_name = name_of(folder);
  if (is_there(folder / "tokenizer.json")) model->tokenizer = folder;
  return model;
}

}  // namespace

bool reads_as_repository(const std::string& name) {
  const std::optional<Repository> repository = parse_repository(name);
  return repository && (name.find_first_of("/@") != std::string::npos || is_in_cache(*repository));
}

absl::StatusOr<fs::path> find_model_folder(const std::string& name) {
  // As a path it would be the working directory.
  if (name.empty()) return absl::NotFoundError("a model has to have a name");
  fs::path folder = fs::absolute(name).lexically_normal();
  if (!folder.has_filename()) folder = folder.parent_path();  // was written with a slash at its end
  if (!is_there(folder)) {
    if (reads_as_repository(name)) return find_snapshot(*parse_repository(name));
    return absl::NotFoundError(absl::StrCat(folder.string(), " does not exist"));
  }
  std::error_code ignored;
  if (!fs::is_directory(folder, ignored)) {
    const std::string other = other_format(folder);
    if (!other.empty()) return absl::NotFoundError(other);
    return absl::NotFoundError(absl::StrCat(
        folder.string(), " is a file; expected a folder with a Hugging Face model"));
  }
  if (!is_there(folder / kConfig) && is_there(folder / "snapshots")) {
    return find_snapshot(folder, "");
  }
  return folder;
}

absl::StatusOr<ModelFolder> open_model_folder(const std::string& name, const std::string& base) {
  const absl::StatusOr<fs::path> folder = find_model_folder(name);
  if (!folder.ok()) return folder.status();
  const bool is_whole = has_weights(*folder);
  if (Adapter::is_in(*folder)) {
    if (!is_whole) return open_adapter(*folder, base);
    return absl::InvalidArgumentError(absl::StrCat(
        folder->string(),
        " has a whole model and a LoRA adapter beside it, and it is not clear which is meant: move "
        "adapter_config.json and adapter_model.safetensors into a folder of their own, and name "
        "that with --model and this one with --weights, or this one alone"));
  }
  if (base.empty()) return open_whole_model(*folder);
  return absl::InvalidArgumentError(
      absl::StrCat(folder->string(), " has no LoRA adapter: --weights goes with the name of a model "
                                     "or with an adapter, whose base it is"));
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
