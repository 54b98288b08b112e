#include <algorithm>
#include <bit>
#include <string_view>

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

// The length of the header, known to lie within the file.
absl::StatusOr<uint64_t> header_length(std::span<const std::byte> bytes) {
  if (bytes.size() < kLengthSize) {
    return absl::InvalidArgumentError(absl::StrCat(
        "it has ", bytes.size(), " bytes; a safetensors file has at least ", kLengthSize));
  }
  const uint64_t length = little_endian(bytes.first<kLengthSize>());
  if (length > kLargestSafetensorsHeader) {
    return absl::InvalidArgumentError(
        absl::StrCat("it announces a header of ", length, " bytes; the format allows ",
                     kLargestSafetensorsHeader, ", so this is probably no safetensors file"));
  }
  if (length > bytes.size() - kLengthSize) {
    return absl::InvalidArgumentError(absl::StrCat("it announces a header of ", length,
                                                   " bytes, but only ", bytes.size() - kLengthSize,
                                                   " follow: the file is cut short"));
  }
  return length;
}

absl::StatusOr<SafetensorsContent> parse(std::span<const std::byte> bytes) {
  absl::StatusOr<uint64_t> length = header_length(bytes);
  if (!length.ok()) return length.status();
  const std::string_view json(reinterpret_cast<const char*>(bytes.data()) + kLengthSize, *length);
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

bool is_git_lfs_pointer(std::span<const std::byte> bytes) {
  constexpr std::string_view kStart = "version https://git-lfs.github.com/spec/v1";
  return std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size())
      .starts_with(kStart);
}

}  // namespace

absl::StatusOr<SafetensorsContent> parse_safetensors(std::span<const std::byte> bytes,
                                                     const std::string& name) {
  if (is_git_lfs_pointer(bytes)) {
    return absl::InvalidArgumentError(
        absl::StrCat(name,
                     " is a Git LFS pointer in place of the weights; run `git lfs pull` in "
                     "its folder, or download the weights"));
  }
  absl::StatusOr<SafetensorsContent> content = parse(bytes);
  if (content.ok()) return content;
  return absl::InvalidArgumentError(absl::StrCat(
      "cannot read ", name, ": ", content.status().message(), "; download or convert it again"));
}

absl::StatusOr<SafetensorsFile> SafetensorsFile::open(const std::filesystem::path& path) {
  absl::StatusOr<MappedFile> file = MappedFile::open(path);
  if (!file.ok()) return file.status();
  absl::StatusOr<SafetensorsContent> content = parse_safetensors(file->bytes(), path.string());
  if (!content.ok()) return content.status();
  return SafetensorsFile(*std::move(file), *std::move(content));
}

}  // namespace eif
