#include "plugins/shared/huggingface/adapter.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "plugins/shared/huggingface/config_reader.h"
#include "plugins/shared/huggingface/file_names.h"
#include "suite/formats/text_file.h"

namespace eif {
namespace {

namespace fs = std::filesystem;

constexpr const char* kConfig = "adapter_config.json";
constexpr const char* kWeights = "adapter_model.safetensors";
constexpr const char* kPickledWeights = "adapter_model.bin";
constexpr const char* kPrefix = "base_model.model.";
constexpr const char* kA = ".lora_A.weight";
constexpr const char* kB = ".lora_B.weight";

absl::StatusOr<AdapterConfig> read_config(const fs::path& folder) {
  const fs::path file = folder / kConfig;
  const absl::StatusOr<std::string> text = read_text_file(file, kLargestConfig);
  if (!text.ok()) return text.status();
  return parse_adapter_config(*text, file.string());
}

absl::Status no_weights(const fs::path& folder) {
  if (!is_there(folder / kPickledWeights)) {
    return absl::NotFoundError(absl::StrCat(folder.string(), " has ", kConfig, " and no ",
                                            kWeights));
  }
  return absl::NotFoundError(absl::StrCat(
      folder.string(), " has its adapter in ", kPickledWeights,
      " only, a format that can run code and is never loaded; expected ", kWeights,
      ": load it with peft and save it again, save_pretrained(…, safe_serialization=True)"));
}

absl::Status check_rank(const std::string& module, const LowRank& pair, int64_t rank) {
  if (pair.a.shape.size() != 2 || pair.b.shape.size() != 2) {
    return absl::InvalidArgumentError(
        absl::StrCat(module, " has no lora_A and lora_B that are both matrices"));
  }
  if (pair.a.shape[0] == rank && pair.b.shape[1] == rank) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(module, " has a lora_A of rank ", pair.a.shape[0],
                                                 " and a lora_B of rank ", pair.b.shape[1], "; ",
                                                 kConfig, " says ", rank));
}

}  // namespace

bool Adapter::is_in(const fs::path& folder) { return is_there(folder / kConfig); }

absl::StatusOr<std::string> Adapter::base_of(const fs::path& folder) {
  const absl::StatusOr<AdapterConfig> config = read_config(folder);
  if (!config.ok()) return config.status();
  // A folder has no revisions.
  if (config->revision.empty() || is_there(config->base)) return config->base;
  return absl::StrCat(config->base, "@", config->revision);
}

absl::StatusOr<Adapter> Adapter::open(const fs::path& folder) {
  const absl::StatusOr<AdapterConfig> config = read_config(folder);
  if (!config.ok()) return config.status();
  if (!is_there(folder / kWeights)) return no_weights(folder);
  absl::StatusOr<SafetensorsFile> file = SafetensorsFile::open(folder / kWeights);
  if (!file.ok()) return file.status();
  Adapter adapter(folder, *std::move(file));
  if (absl::Status status = adapter.sort_tensors(*config); !status.ok()) {
    return absl::Status(status.code(),
                        absl::StrCat((folder / kWeights).string(), ": ", status.message()));
  }
  return adapter;
}

std::vector<std::string> Adapter::names() const {
  std::vector<std::string> names;
  for (const auto& [name, pair] : low_rank_) names.push_back(name);
  for (const auto& [name, view] : replaced_) {
    if (!low_rank_.contains(name)) names.push_back(name);
  }
  return names;
}

absl::Status Adapter::sort_tensors(const AdapterConfig& config) {
  std::map<std::string, LowRank> by_module;
  for (const auto& [full_name, view] : file_.tensors()) {
    const std::string name(absl::StripPrefix(full_name, kPrefix));
    if (absl::EndsWith(name, kA)) {
      by_module[std::string(absl::StripSuffix(name, kA))].a = view;
    } else if (absl::EndsWith(name, kB)) {
      by_module[std::string(absl::StripSuffix(name, kB))].b = view;
    } else if (absl::StrContains(name, ".lora_")) {
      return absl::InvalidArgumentError(absl::StrCat(
          full_name, " is no lora_A or lora_B of a matrix; merge the adapter into its base with "
                     "peft (merge_and_unload()), and save the model whole"));
    } else {
      // Of a module that has low-rank matrices as well, peft wraps what the base has.
      replaced_[absl::StrReplaceAll(name, {{".base_layer.", "."}})] = view;
    }
  }
  for (auto& [module, pair] : by_module) {
    const absl::StatusOr<int64_t> rank = config.rank_of(module);
    if (!rank.ok()) return rank.status();
    const absl::StatusOr<double> scale = config.scale_of(module);
    if (!scale.ok()) return scale.status();
    if (absl::Status status = check_rank(module, pair, *rank); !status.ok()) return status;
    pair.scale = *scale;
    low_rank_[module + ".weight"] = pair;
  }
  if (low_rank_.empty() && replaced_.empty()) {
    return absl::InvalidArgumentError("it has no tensors; expected lora_A and lora_B of some");
  }
  return absl::OkStatus();
}

}  // namespace eif
