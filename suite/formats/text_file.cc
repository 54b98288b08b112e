#include "suite/formats/text_file.h"

#include <span>
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
  std::string bytes(file->size(), '\0');
  if (absl::Status copied = file->read(0, std::as_writable_bytes(std::span(bytes))); !copied.ok()) {
    return copied;
  }
  if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF")) {
    return absl::InvalidArgumentError(
        absl::StrCat(path.string(), " is UTF-16; expected UTF-8: save it as UTF-8"));
  }
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (bytes.starts_with(kByteOrderMark)) bytes.erase(0, kByteOrderMark.size());
  return bytes;
}

}  // namespace eif
