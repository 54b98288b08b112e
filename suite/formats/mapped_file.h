// A file's bytes in memory, without reading those that nobody looks at.
//
//   absl::StatusOr<MappedFile> file = MappedFile::open("model.safetensors");
//   if (!file.ok()) return file.status();
//   std::span<const std::byte> bytes = file->bytes();  // valid as long as *file is
//
// A file that another program cuts short while it is mapped ends this program with SIGBUS where
// bytes() are looked at. Checkpoints of a training that goes on are such files, so whoever needs
// the content copies it with read(), which says so instead, and asks check_unchanged() when it has
// all:
//
//   absl::Status copied = file->read(offset, {buffer.data(), buffer.size()});
//   if (copied.ok()) copied = file->check_unchanged();
//
// Writers that replace a file by renaming (atomic_file.h) change no file that is open.
#pragma once

#include <sys/stat.h>

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "suite/formats/file_descriptor.h"

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

  // Copies the bytes from `offset` on, as many as `out` has; they lie within size(). kDataLoss: the
  // file was cut short since it was opened.
  absl::Status read(size_t offset, std::span<std::byte> out) const;

  // kDataLoss: it was written to or cut since it was opened, so what was read of it may be half one
  // content and half another.
  absl::Status check_unchanged() const;

 private:
  MappedFile(std::string name, FileDescriptor file, const struct stat& opened,
             std::span<const std::byte> bytes);

  std::string name_;
  FileDescriptor file_;
  struct stat opened_;
  std::span<const std::byte> bytes_;
};

}  // namespace eif
