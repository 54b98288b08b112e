#include "plugins/causal_lm/own_models.h"

#include <dlfcn.h>

namespace eif {
namespace {

namespace fs = std::filesystem;

// The plugin, or the test that has it inside.
fs::path own_library() {
  Dl_info info = {};
  if (::dladdr(reinterpret_cast<const void*>(&own_library), &info) == 0) return {};
  std::error_code error;
  const fs::path path = fs::canonical(info.dli_fname, error);
  return error ? fs::path(info.dli_fname) : path;
}

}  // namespace

fs::path own_model(const std::string& name) {
  const fs::path below_prefix = fs::path("share") / "eif-suite" / "models" / name;
  const fs::path library = own_library();
  for (fs::path above = library.parent_path(); above != above.root_path() && !above.empty();
       above = above.parent_path()) {
    std::error_code ignored;
    if (fs::exists(above / below_prefix, ignored)) return above / below_prefix;
  }
  return library.parent_path() / ".." / ".." / below_prefix;
}

}  // namespace eif
