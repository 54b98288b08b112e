#include "suite/host/plugin_build.h"

#include <elf.h>
#include <link.h>  // ElfW
#include <torch/version.h>

#include <cstdint>
#include <cstring>
#include <fstream>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "eif/build.h"
#include "suite/host/plugin_file.h"

namespace eif {
namespace {

namespace fs = std::filesystem;

constexpr char kTorch[] = "torch";

// A library's notes are no longer than this: ours takes 150 bytes, and those of all other tools
// together a few hundred.
constexpr uint64_t kMostNoteBytes = 64 * 1024;

// ---- Reading -----------------------------------------------------------------------------------

// Reads `count` values of T at `offset`; empty where the file has fewer.
template <typename T>
std::vector<T> read_at(std::ifstream& in, uint64_t offset, size_t count) {
  std::vector<T> values(count);
  in.clear();
  in.seekg(static_cast<std::streamoff>(offset));
  in.read(reinterpret_cast<char*>(values.data()), static_cast<std::streamsize>(count * sizeof(T)));
  if (!in) values.clear();
  return values;
}

uint64_t whole_words(uint64_t bytes) { return (bytes + 3) / 4 * 4; }

// Looks for our note among the notes of one segment, and gives its text; empty where it is not
// there.
std::string find_note(std::string_view notes) {
  ElfW(Nhdr) header;
  while (notes.size() >= sizeof header) {
    std::memcpy(&header, notes.data(), sizeof header);
    notes.remove_prefix(sizeof header);
    const uint64_t owner = whole_words(header.n_namesz), text = whole_words(header.n_descsz);
    if (owner + text > notes.size()) return "";
    const bool is_ours = header.n_type == kNoteType && header.n_namesz == sizeof(kNoteOwner) &&
                         std::memcmp(notes.data(), kNoteOwner, sizeof(kNoteOwner)) == 0;
    if (is_ours) {
      const std::string_view found = notes.substr(owner, header.n_descsz);
      return std::string(found.substr(0, found.find('\0')));
    }
    notes.remove_prefix(owner + text);
  }
  return "";
}

// ---- Comparing ---------------------------------------------------------------------------------

using Values = std::map<std::string, std::string>;

Values values_of(const std::string& build) {
  Values values;
  for (const absl::string_view entry : absl::StrSplit(build, ' ', absl::SkipEmpty())) {
    const std::pair<std::string, std::string> value =
        absl::StrSplit(entry, absl::MaxSplits('=', 1));
    values.insert(value);
  }
  return values;
}

std::string value_of(const Values& values, std::string_view key) {
  const auto value = values.find(std::string(key));
  return value == values.end() ? "nothing" : absl::CEscape(value->second);
}

// One value of the text: what a person calls it, and how to build with the value that was expected,
// for which "$" stands. `unless` is a value that is had by leaving something out.
struct Aspect {
  std::string_view key;
  const char* title;
  const char* remedy;
  std::string_view unless = {};
  const char* remedy_unless = "";
};
constexpr Aspect kAspects[] = {
    {"sdk", "SDK version", "against the SDK of this eif-suite"},
    {"compiler", "compiler", "with $"},
    {"language", "language level", "as $"},
    {"library", "standard library", "with the standard library $"},
    {"debug", "_GLIBCXX_DEBUG", "with -D_GLIBCXX_DEBUG", "no", "without -D_GLIBCXX_DEBUG"},
    {"abseil", "Abseil", "against Abseil $"},
    {"sanitizer", "sanitizer", "with -fsanitize=$", "none", "without -fsanitize"},
    {kTorch, "libtorch", "against libtorch $"},
};

std::string remedy(const Aspect& aspect, const std::string& expected) {
  if (expected == aspect.unless) return aspect.remedy_unless;
  return absl::StrReplaceAll(aspect.remedy, {{"$", expected}});
}

}  // namespace

absl::StatusOr<std::string> read_plugin_build(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  const std::vector<ElfW(Ehdr)> header = read_at<ElfW(Ehdr)>(in, 0, 1);
  std::vector<ElfW(Phdr)> segments;
  if (!header.empty()) segments = read_at<ElfW(Phdr)>(in, header[0].e_phoff, header[0].e_phnum);
  for (const ElfW(Phdr) & segment : segments) {
    if (segment.p_type != PT_NOTE || segment.p_filesz > kMostNoteBytes) continue;
    const std::vector<char> notes = read_at<char>(in, segment.p_offset, segment.p_filesz);
    std::string build = find_note({notes.data(), notes.size()});
    if (!build.empty()) return build;
  }
  return plugin_error(
      absl::StatusCode::kInvalidArgument, file,
      absl::StrCat("the library has no note of ", kNoteOwner, ", which every plugin has: it is no ",
                   "plugin, or was built with an SDK before version 2"),
      "End the plugin's source with EIF_DESIDERATUM_PLUGIN or EIF_MODEL_PLUGIN, and build it "
      "again");
}

absl::Status check_plugin_build(const fs::path& file, const std::string& build) {
  const Values found = values_of(build), expected = values_of(build_of_this_program());
  std::vector<std::string> differences, remedies;
  for (const Aspect& aspect : kAspects) {
    // A desideratum names no libtorch, because it has none.
    if (aspect.key == kTorch && !build_names_torch(build)) continue;
    const std::string has = value_of(found, aspect.key), wanted = value_of(expected, aspect.key);
    if (has == wanted) continue;
    differences.push_back(absl::StrCat("found ", aspect.title, " ", has, ", expected ", wanted));
    remedies.push_back(remedy(aspect, wanted));
  }
  if (differences.empty()) return absl::OkStatus();
  return plugin_error(absl::StatusCode::kFailedPrecondition, file, absl::StrJoin(differences, "; "),
                      absl::StrCat("Rebuild the plugin ", absl::StrJoin(remedies, ", ")));
}

bool build_names_torch(const std::string& build) { return values_of(build).contains(kTorch); }

std::string build_of_this_program() {
  return absl::StrCat(EIF_BUILD, " ", kTorch, "=", TORCH_VERSION);
}

}  // namespace eif
