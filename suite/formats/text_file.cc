#include "suite/formats/text_file.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "suite/formats/mapped_file.h"

namespace eif {

absl::StatusOr<std::string> read_text_file(const std::filesystem::path& path, size_t largest) {
  const absl::StatusOr<MappedFile> file = MappedFile::open(path);
  if (!file.ok()) return file.status();
  if (file->size() > largest) {
    return absl::InvalidArgumentError(
        absl::StrCat(path.string(), " has ", file->size(), " bytes; expected at most ", largest));
  }
  return std::string(reinterpret_cast<const char*>(file->bytes().data()), file->size());
}

}  // namespace eif
