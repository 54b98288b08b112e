// Finds a Hugging Face checkpoint: in a folder of one's own, or in an entry of the package's cache.
//
//   absl::StatusOr<eif::ModelFolder> folder = eif::open_model_folder(
//       eif::hugging_face_cache() / eif::cache_entry("microsoft/Phi-3-mini-4k-instruct"));
//   folder->path;  // …/models--microsoft--Phi-3-mini-4k-instruct/snapshots/<revision>
//   folder->name;  // "microsoft/Phi-3-mini-4k-instruct@<revision>"
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace eif {

struct ModelFolder {
  std::filesystem::path path;  // has a config.json
  std::string name;            // for reports: says which model, and not where on this machine
};

// The folder that the huggingface_hub package keeps its cache in: $HF_HUB_CACHE, $HF_HOME/hub,
// $XDG_CACHE_HOME/huggingface/hub, or ~/.cache/huggingface/hub.
std::filesystem::path hugging_face_cache();

// The name of a model's folder inside that cache: "org/name" → "models--org--name".
std::string cache_entry(const std::string& repository);

// `path`: a folder with a config.json, or a cache entry, of which the revision is taken that its
// refs/main names, or the only one. kNotFound where there is neither or the download did not end.
absl::StatusOr<ModelFolder> open_model_folder(const std::filesystem::path& path);

// The weight files of a model folder: model.safetensors, or the shards that
// model.safetensors.index.json names. All exist. kNotFound where one is missing, kInvalidArgument
// where the index is no such file or names anything but files beside it.
absl::StatusOr<std::vector<std::filesystem::path>> weight_files(
    const std::filesystem::path& folder);

}  // namespace eif
