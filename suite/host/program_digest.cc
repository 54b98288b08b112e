#include "suite/host/program_digest.h"

#include <dlfcn.h>

#include "suite/formats/digest.h"
#include "suite/formats/text_file.h"

namespace eif {

absl::StatusOr<std::string> program_digest(const std::vector<std::filesystem::path>& backends) {
  Dl_info here = {};
  if (::dladdr(reinterpret_cast<const void*>(&program_digest), &here) == 0) {
    return absl::NotFoundError("the program does not know which file it is");
  }
  std::vector<std::filesystem::path> files = backends;
  files.emplace_back(here.dli_fname);
  Digest digest;
  for (const std::filesystem::path& file : files) {
    const absl::StatusOr<std::string> content = read_text_file(file);
    if (!content.ok()) return content.status();
    digest.add(*content);
  }
  return digest.hex();
}

}  // namespace eif
