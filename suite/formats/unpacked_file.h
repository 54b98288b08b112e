// A file as a stream of bytes, unpacked on the way if it is gzip. What a file is says its content
// (gzip begins with the bytes 1f 8b), not its name.
//
//   absl::StatusOr<UnpackedFile> file = UnpackedFile::open("train-labels-idx1-ubyte.gz");
//   if (!file.ok()) return file.status();
//   std::vector<uint8_t> header(8);
//   absl::StatusOr<size_t> count = file->read(header);
//
// Nothing is unpacked that was not asked for, so a small file cannot fill the memory.
#pragma once

#include <zlib.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "suite/formats/mapped_file.h"

namespace eif {

class UnpackedFile {
 public:
  static absl::StatusOr<UnpackedFile> open(const std::filesystem::path& path);

  // Fills `out` with the bytes that come next and says how many there were: fewer than
  // out.size() only at the end. Fails where gzip data is damaged or cut short. The checksum of a
  // gzip file is checked by the read that reaches its end, so ask for one byte more than expected.
  absl::StatusOr<size_t> read(std::span<uint8_t> out);

  // Bytes of the file itself.
  uint64_t packed_size() const { return file_.size(); }

  // No file of this size unpacks to more bytes than this.
  uint64_t largest_possible_size() const;

 private:
  struct EndInflate {
    void operator()(z_stream* stream) const;
  };

  UnpackedFile(std::string name, MappedFile file);
  absl::Status start_inflate();
  absl::StatusOr<size_t> read_plain(std::span<uint8_t> out);
  absl::StatusOr<size_t> read_gzip(std::span<uint8_t> out);
  absl::Status inflate_some(std::span<uint8_t> out);
  absl::Status next_member();

  std::string name_;
  MappedFile file_;
  size_t position_ = 0;                            // of what was not handed to read() or zlib yet
  std::vector<std::byte> piece_;                   // that zlib works on
  std::unique_ptr<z_stream, EndInflate> inflate_;  // unset for a plain file
  bool at_end_ = false;                            // of the last gzip member
};

}  // namespace eif
