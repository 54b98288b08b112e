#include "suite/formats/text_file.h"

#include <string_view>

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
  const std::string_view bytes(reinterpret_cast<const char*>(file->bytes().data()), file->size());
  if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF")) {
    return absl::InvalidArgumentError(
        absl::StrCat(path.string(), " is UTF-16; expected UTF-8: save it as UTF-8"));
  }
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  return std::string(bytes.substr(bytes.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0));
}

}  // namespace eif
