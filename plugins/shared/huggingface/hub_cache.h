// The cache of the package huggingface_hub: repositories by name and revision.
//
//   std::optional<Repository> repository = parse_repository("EleutherAI/pythia-70m@step1000");
//   absl::StatusOr<std::filesystem::path> folder = find_snapshot(*repository);
//   // ~/.cache/huggingface/hub/models--EleutherAI--pythia-70m/snapshots/<hash>
//
// Nothing is fetched: the program uses no network.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "absl/status/statusor.h"

namespace eif {

// $HF_HUB_CACHE, $HF_HOME/hub, $XDG_CACHE_HOME/huggingface/hub, or ~/.cache/huggingface/hub.
std::filesystem::path hugging_face_cache();

// The name of a model's folder inside that cache: "org/name" → "models--org--name".
std::string cache_entry(const std::string& repository);
// "…/models--org--name/snapshots/<hash>" → "org/name@<hash>"; empty for any other folder.
std::string name_of_snapshot(const std::filesystem::path& folder);

struct Repository {
  std::string id;        // "org/name", or "name"
  std::string revision;  // a branch, a tag, or the beginning of a hash; empty: main
};

// Reads "org/name", "name", and these with "@revision" behind; nothing where it is none of them.
std::optional<Repository> parse_repository(const std::string& name);
// Whether the cache has anything of it.
bool is_in_cache(const Repository& repository);
// "run hf download org/name --revision step1000 …"
std::string how_to_download(const Repository& repository);

// The folder of the revision, which exists. kNotFound: it is not there; the message says what is.
// kInvalidArgument: the cache is damaged, or several snapshots fit.
absl::StatusOr<std::filesystem::path> find_snapshot(const Repository& repository);
// The same of an entry of the cache, wherever that is.
absl::StatusOr<std::filesystem::path> find_snapshot(const std::filesystem::path& entry,
                                                    const std::string& revision);

// What a download that did not end has left behind of a snapshot or of a folder that it was for, for
// a message; empty where there is nothing.
std::string incomplete_download(const std::filesystem::path& folder);

}  // namespace eif
