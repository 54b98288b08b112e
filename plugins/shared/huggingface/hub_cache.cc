#include "plugins/shared/huggingface/hub_cache.h"

#include <algorithm>
#include <cstdlib>
#include <system_error>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "plugins/shared/huggingface/file_names.h"
#include "suite/formats/text_file.h"

namespace eif {
namespace {

namespace fs = std::filesystem;

constexpr const char* kEntryPrefix = "models--";
constexpr const char* kSnapshots = "snapshots";
// The Hub's own limit, and the least of a hash that git takes.
constexpr size_t kLongestId = 96;
constexpr size_t kShortestHash = 4;
constexpr size_t kNamesInMessage = 8;

std::optional<fs::path> folder_from_environment(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr || value[0] == '\0') return std::nullopt;
  const char* home = std::getenv("HOME");
  if (absl::StartsWith(value, "~/") && home != nullptr) return fs::path(home) / (value + 2);
  return fs::path(value);
}

// As the Hub allows an owner or a model to be called.
bool is_part_of_id(const std::string& part) {
  const auto is_allowed = [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_' || c == '.';
  };
  const auto is_edge = [](char c) { return c == '-' || c == '.'; };
  return !part.empty() && std::all_of(part.begin(), part.end(), is_allowed) &&
         !is_edge(part.front()) && !is_edge(part.back()) && !absl::StrContains(part, "--") &&
         !absl::StrContains(part, "..");
}

// A branch may have slashes in its name, and none of its parts leads elsewhere.
bool is_revision(const std::string& revision) {
  const std::vector<std::string> parts = absl::StrSplit(revision, '/');
  return std::all_of(parts.begin(), parts.end(), is_plain_name);
}

bool is_hash(const std::string& text) {
  return text.size() >= kShortestHash &&
         std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return absl::ascii_isxdigit(c); });
}

// The snapshot that a branch or tag stands for.
absl::StatusOr<std::string> snapshot_of_reference(const fs::path& reference) {
  const absl::StatusOr<std::string> text = read_text_file(reference);
  if (!text.ok()) return text.status();
  const std::string name(absl::StripAsciiWhitespace(*text));
  if (is_plain_name(name)) return name;
  return absl::InvalidArgumentError(absl::StrCat(
      reference.string(), " is not the name of a revision; download the model again"));
}

std::string few(std::vector<std::string> names) {
  const bool is_long = names.size() > kNamesInMessage;
  if (is_long) names.resize(kNamesInMessage);
  return absl::StrCat(absl::StrJoin(names, ", "), is_long ? ", …" : "");
}

// The snapshot whose hash begins so.
absl::StatusOr<std::string> snapshot_of_hash(const fs::path& entry, const std::string& beginning) {
  std::vector<std::string> found;
  for (const std::string& name : names_in(entry / kSnapshots)) {
    if (name == beginning) return name;
    if (is_hash(beginning) && absl::StartsWith(name, beginning)) found.push_back(name);
  }
  if (found.size() == 1) return found.front();
  if (!found.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat(entry.string(), " has several snapshots that begin with ", beginning,
                     "; name one of ", few(found)));
  }
  std::vector<std::string> known = names_in(entry / "refs");
  for (const std::string& name : names_in(entry / kSnapshots)) known.push_back(name.substr(0, 12));
  return absl::NotFoundError(absl::StrCat(entry.string(), " has no revision ", beginning,
                                          "; it has ", known.empty() ? "none" : few(known)));
}

absl::StatusOr<std::string> snapshot_name(const fs::path& entry, const std::string& revision) {
  const fs::path reference = entry / "refs" / (revision.empty() ? "main" : revision);
  std::error_code ignored;
  if (fs::is_regular_file(reference, ignored)) return snapshot_of_reference(reference);
  if (!revision.empty()) return snapshot_of_hash(entry, revision);
  const std::vector<std::string> snapshots = names_in(entry / kSnapshots);
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

std::string name_of_snapshot(const fs::path& folder) {
  const std::string entry = folder.parent_path().parent_path().filename().string();
  if (folder.parent_path().filename() != kSnapshots || !absl::StartsWith(entry, kEntryPrefix)) {
    return "";
  }
  const std::string repository(absl::StripPrefix(entry, kEntryPrefix));
  return absl::StrCat(absl::StrReplaceAll(repository, {{"--", "/"}}), "@",
                      folder.filename().string());
}

std::optional<Repository> parse_repository(const std::string& name) {
  const size_t at = name.find('@');
  Repository repository{name.substr(0, at), at == std::string::npos ? "" : name.substr(at + 1)};
  if (at != std::string::npos && !is_revision(repository.revision)) return std::nullopt;
  const std::vector<std::string> parts = absl::StrSplit(repository.id, '/');
  if (parts.size() > 2 || repository.id.size() > kLongestId ||
      !std::all_of(parts.begin(), parts.end(), is_part_of_id)) {
    return std::nullopt;
  }
  return repository;
}

bool is_in_cache(const Repository& repository) {
  std::error_code ignored;
  return fs::is_directory(hugging_face_cache() / cache_entry(repository.id), ignored);
}

std::string how_to_download(const Repository& repository) {
  return absl::StrCat("run hf download ", repository.id,
                      repository.revision.empty() ? "" : " --revision ", repository.revision,
                      " (of the Python package huggingface_hub)");
}

absl::StatusOr<fs::path> find_snapshot(const Repository& repository) {
  const fs::path cache = hugging_face_cache();
  if (!is_in_cache(repository)) {
    return absl::NotFoundError(absl::StrCat(
        repository.id, " is no folder, and not in the Hugging Face cache (", cache.string(),
        "). To get the model of this name, ", how_to_download(repository)));
  }
  absl::StatusOr<fs::path> found =
      find_snapshot(cache / cache_entry(repository.id), repository.revision);
  if (!absl::IsNotFound(found.status())) return found;
  return absl::NotFoundError(absl::StrCat(std::string(found.status().message()), ". To get it, ",
                                          how_to_download(repository)));
}

absl::StatusOr<fs::path> find_snapshot(const fs::path& entry, const std::string& revision) {
  const absl::StatusOr<std::string> name = snapshot_name(entry, revision);
  if (!name.ok()) return name.status();
  fs::path folder = entry / kSnapshots / *name;
  std::error_code ignored;
  if (fs::is_directory(folder, ignored)) return folder;
  return absl::NotFoundError(absl::StrCat(entry.string(), " has no snapshot ", *name,
                                          incomplete_download(folder)));
}

std::string incomplete_download(const fs::path& folder) {
  for (const fs::path& place : {folder.parent_path().parent_path() / "blobs",
                                folder / ".cache" / "huggingface" / "download"}) {
    for (const std::string& name : names_in(place)) {
      if (absl::EndsWith(name, ".incomplete")) {
        return absl::StrCat(" (its download did not end: there is ", name.substr(0, 80),
                            "; download it again)");
      }
    }
  }
  return "";
}

}  // namespace eif
