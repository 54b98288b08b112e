// Where eif-suite keeps what it fetched or made: $XDG_CACHE_HOME/eif-suite, or ~/.cache/eif-suite.
#pragma once

#include <cstdlib>
#include <filesystem>

namespace eif {

inline std::filesystem::path cache_folder() {
  const char* cache = std::getenv("XDG_CACHE_HOME");
  if (cache != nullptr && cache[0] == '/') return std::filesystem::path(cache) / "eif-suite";
  const char* home = std::getenv("HOME");
  return std::filesystem::path(home != nullptr ? home : "/tmp") / ".cache" / "eif-suite";
}

}  // namespace eif
