// Files that are either written whole or not at all: a reader, or the next run after a crash, never
// finds half of one.
//
//   absl::Status status = write_file_atomically("out/results.json", text);
//
//   absl::StatusOr<AtomicFile> file = AtomicFile::open("out/cnn.safetensors");  // piece by piece
//   if (!file.ok()) return file.status();
//   if (absl::Status status = file->write(header); !status.ok()) return status;
//   if (absl::Status status = file->write(weights); !status.ok()) return status;
//   return file->commit();
//
// The content goes to a temporary file in the same folder, is forced to the disk, and takes the
// name of the destination in one step. Whatever fails, the temporary file is removed and an earlier
// file under that name stays as it was. What a process that was killed left behind is removed by
// the next one that writes into the folder: a temporary file that nobody holds a lock on, and that
// is old enough to have been locked.
#pragma once

#include <chrono>
#include <filesystem>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "suite/formats/file_descriptor.h"

namespace eif {

// Makes the folders above `path` where they are missing.
absl::Status write_file_atomically(const std::filesystem::path& path, std::string_view content);

// How old a temporary file without a lock must be to be taken for abandoned. Between its creation
// and its lock lie microseconds; clocks of file servers differ by more.
inline constexpr std::chrono::minutes kAbandonedAfter{10};

class AtomicFile {
 public:
  // Makes the folders above `path` where they are missing, and the temporary file. A link is
  // followed: what it points at is replaced, the link stays.
  static absl::StatusOr<AtomicFile> open(const std::filesystem::path& path);

  AtomicFile(AtomicFile&& other) noexcept;
  AtomicFile& operator=(AtomicFile&&) = delete;
  // Removes the temporary file unless commit() succeeded.
  ~AtomicFile();

  // Appends. After a failure every later call fails with the same status.
  absl::Status write(std::string_view content);

  // Puts the file in place; called once, after the last write().
  absl::Status commit();

 private:
  AtomicFile(std::filesystem::path destination, std::filesystem::path temporary,
             FileDescriptor file);
  absl::Status failed(const char* action);

  std::filesystem::path destination_;
  std::filesystem::path temporary_;  // empty: nothing to remove
  FileDescriptor file_;
  absl::Status status_;
};

}  // namespace eif
