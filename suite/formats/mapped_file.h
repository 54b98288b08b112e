// A file's bytes in memory, without reading those that nobody looks at.
//
//   absl::StatusOr<MappedFile> file = MappedFile::open("model.safetensors");
//   if (!file.ok()) return file.status();
//   std::span<const std::byte> bytes = file->bytes();  // valid as long as *file is
//
// A file that another program cuts short while it is mapped ends this program with SIGBUS. Writers
// that replace a file by renaming (atomic_file.h) do not do that.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>

#include "absl/status/statusor.h"

namespace eif {

class MappedFile {
 public:
  // Read-only. Fails where `path` is missing, cannot be read or is no regular file.
  static absl::StatusOr<MappedFile> open(const std::filesystem::path& path);

  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;
  ~MappedFile();

  // Stays where it is when the MappedFile is moved.
  std::span<const std::byte> bytes() const { return bytes_; }
  size_t size() const { return bytes_.size(); }

 private:
  explicit MappedFile(std::span<const std::byte> bytes) : bytes_(bytes) {}

  std::span<const std::byte> bytes_;
};

}  // namespace eif
