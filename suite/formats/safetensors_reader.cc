#include <algorithm>
#include <array>
#include <bit>
#include <string>
#include <string_view>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "suite/formats/safetensors.h"
#include "suite/formats/safetensors_header.h"

namespace eif {
namespace {

static_assert(std::endian::native == std::endian::little,
              "tensors are used as they lie in the file, which is little-endian");

constexpr size_t kLengthSize = 8;

uint64_t little_endian(std::span<const std::byte, kLengthSize> bytes) {
  uint64_t value = 0;
  for (size_t i = 0; i < kLengthSize; ++i) value |= std::to_integer<uint64_t>(bytes[i]) << (8 * i);
  return value;
}

// Copies bytes of a file that is `size` long.
using ReadAt = absl::FunctionRef<absl::Status(size_t offset, std::span<std::byte> out)>;

// The length of the header, known to lie within the file.
absl::StatusOr<uint64_t> header_length(size_t size, ReadAt read) {
  if (size < kLengthSize) {
    return absl::InvalidArgumentError(
        absl::StrCat("it has ", size, " bytes; a safetensors file has at least ", kLengthSize));
  }
  std::array<std::byte, kLengthSize> first{};
  if (absl::Status status = read(0, first); !status.ok()) return status;
  const uint64_t length = little_endian(first);
  if (length > kLargestSafetensorsHeader) {
    return absl::InvalidArgumentError(
        absl::StrCat("it announces a header of ", length, " bytes; the format allows ",
                     kLargestSafetensorsHeader, ", so this is probably no safetensors file"));
  }
  if (length > size - kLengthSize) {
    return absl::InvalidArgumentError(absl::StrCat("it announces a header of ", length,
                                                   " bytes, but only ", size - kLengthSize,
                                                   " follow: the file is cut short"));
  }
  return length;
}

// `bytes` are those of the file, and are not looked at.
absl::StatusOr<SafetensorsContent> parse(std::span<const std::byte> bytes, ReadAt read) {
  absl::StatusOr<uint64_t> length = header_length(bytes.size(), read);
  if (!length.ok()) return length.status();
  std::string json(*length, '\0');
  if (absl::Status status = read(kLengthSize, std::as_writable_bytes(std::span(json)));
      !status.ok()) {
    return status;
  }
  const std::span<const std::byte> data = bytes.subspan(kLengthSize + *length);
  absl::StatusOr<SafetensorsHeader> header = parse_safetensors_header(json, data.size());
  if (!header.ok()) return header.status();

  SafetensorsContent content;
  content.metadata = std::move(header->metadata);
  for (auto& [name, entry] : header->tensors) {
    content.tensors.emplace(name, TensorView{entry.dtype, std::move(entry.shape),
                                             data.subspan(entry.begin, entry.end - entry.begin)});
  }
  return content;
}

bool is_git_lfs_pointer(size_t size, ReadAt read) {
  constexpr std::string_view kStart = "version https://git-lfs.github.com/spec/v1";
  std::string start(std::min(size, kStart.size()), '\0');
  return read(0, std::as_writable_bytes(std::span(start))).ok() && start == kStart;
}

absl::StatusOr<SafetensorsContent> parse_named(std::span<const std::byte> bytes,
                                               const std::string& name, ReadAt read) {
  if (is_git_lfs_pointer(bytes.size(), read)) {
    return absl::InvalidArgumentError(
        absl::StrCat(name,
                     " is a Git LFS pointer in place of the weights; run `git lfs pull` in "
                     "its folder, or download the weights"));
  }
  absl::StatusOr<SafetensorsContent> content = parse(bytes, read);
  if (content.ok() || !absl::IsInvalidArgument(content.status())) return content;
  return absl::InvalidArgumentError(absl::StrCat(
      "cannot read ", name, ": ", content.status().message(), "; download or convert it again"));
}

}  // namespace

absl::StatusOr<SafetensorsContent> parse_safetensors(std::span<const std::byte> bytes,
                                                     const std::string& name) {
  return parse_named(bytes, name, [&](size_t offset, std::span<std::byte> out) {
    const std::span<const std::byte> wanted = bytes.subspan(offset, out.size());
    std::copy(wanted.begin(), wanted.end(), out.begin());
    return absl::OkStatus();
  });
}

absl::StatusOr<SafetensorsFile> SafetensorsFile::open(const std::filesystem::path& path) {
  absl::StatusOr<MappedFile> file = MappedFile::open(path);
  if (!file.ok()) return file.status();
  absl::StatusOr<SafetensorsContent> content =
      parse_named(file->bytes(), path.string(),
                  [&](size_t offset, std::span<std::byte> out) { return file->read(offset, out); });
  if (!content.ok()) return content.status();
  return SafetensorsFile(*std::move(file), *std::move(content));
}

absl::Status SafetensorsFile::read(const TensorView& tensor, std::span<std::byte> out) const {
  return file_.read(static_cast<size_t>(tensor.bytes.data() - file_.bytes().data()), out);
}

}  // namespace eif
