// Finds a Hugging Face checkpoint: a folder, or a repository in the package's cache, by name.
//
//   absl::StatusOr<eif::ModelFolder> folder = eif::open_model_folder("EleutherAI/pythia-70m");
//   folder->path;  // …/models--EleutherAI--pythia-70m/snapshots/<hash>
//   folder->name;  // "EleutherAI/pythia-70m@<hash>"
//
// A folder may also have a LoRA adapter alone. Its model is then that of the base.
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
  // The adapter that is merged into the model when it is loaded; empty where there is none.
  std::filesystem::path adapter;
  std::string adapter_name;
  // Where the tokenizer.json is: the adapter's folder may have one of its own.
  std::filesystem::path tokenizer;
};

// `name`: a folder with a config.json or an adapter_config.json, an entry of the Hugging Face cache
// as a folder, or a repository in the cache, "org/name" or "org/name@revision". `base` is the same
// of the model that an adapter changes; empty: what adapter_config.json says.
// kNotFound where there is no such thing or the download did not end; the message says what is
// there, and what to do. kInvalidArgument where it is not clear what is meant.
absl::StatusOr<ModelFolder> open_model_folder(const std::string& name,
                                              const std::string& base = "");

// The folder that such a name stands for, whatever is in it.
absl::StatusOr<std::filesystem::path> find_model_folder(const std::string& name);
// Whether a name that is no folder is meant as a repository: it is in the cache, or has a slash or a
// revision. Any word could be one of the few repositories without a slash.
bool reads_as_repository(const std::string& name);

// The weight files of a model folder: model.safetensors, or the shards that
// model.safetensors.index.json names. All exist. kNotFound where one is missing, or where the folder
// has the model in another format; kInvalidArgument where the index is no such file or names anything
// but files beside it.
absl::StatusOr<std::vector<std::filesystem::path>> weight_files(
    const std::filesystem::path& folder);

}  // namespace eif
