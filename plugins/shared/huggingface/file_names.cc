#include "plugins/shared/huggingface/file_names.h"

#include <algorithm>
#include <system_error>

namespace eif {

namespace fs = std::filesystem;

bool is_there(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

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

bool is_plain_name(const std::string& name) {
  return !name.empty() && name[0] != '.' && name.size() < 256 &&
         std::none_of(
             name.begin(), name.end(),
             [](char c) { return c == '/' || c == '\\' || static_cast<unsigned char>(c) < ' '; });
}

}  // namespace eif
