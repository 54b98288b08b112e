#include "reports/file_name.h"

#include <cstdint>
#include <filesystem>

#include "absl/strings/ascii.h"
#include "absl/strings/str_format.h"

namespace eif {
namespace {

// A file system takes 255 bytes, and what follows the name is part of them.
constexpr size_t kLongestName = 100;

// A name that stands for a path is that of the same folder, however it is written.
std::string normal_form(const std::string& name) {
  if (name.find('/') == std::string::npos && name != "." && name != "..") return name;
  std::string path = std::filesystem::path(name).lexically_normal().string();
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return path;
}

// What a person recognises in it: the last part of a path, in characters that are harmless in any
// shell and file system.
std::string readable_part(const std::string& name) {
  std::string part = name.substr(name.rfind('/') + 1);  // npos + 1 is 0
  for (char& character : part) {
    const bool is_harmless = absl::ascii_isalnum(static_cast<unsigned char>(character)) ||
                             character == '-' || character == '_' || character == '.';
    if (!is_harmless) character = '_';
  }
  part = part.substr(0, kLongestName);
  part.erase(0, part.find_first_not_of('.'));  // hidden, or the folder itself
  return part;
}

// FNV-1a, 64 bits: the same on every machine.
uint64_t hash_of(const std::string& text) {
  uint64_t hash = 0xcbf29ce484222325;
  for (const char character : text) {
    hash = (hash ^ static_cast<unsigned char>(character)) * 0x100000001b3;
  }
  return hash;
}

}  // namespace

std::string file_name(const std::string& name) {
  const std::string normal = normal_form(name);
  const std::string part = readable_part(normal);
  if (part == normal && !part.empty()) return part;
  // Of all that is lost, enough to tell it from others. No other result has a "+".
  return absl::StrFormat("%s+%08x", part.empty() ? "folder" : part,
                         static_cast<uint32_t>(hash_of(normal) >> 32));
}

}  // namespace eif
