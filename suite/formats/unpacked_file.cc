#include "suite/formats/unpacked_file.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/str_cat.h"

namespace eif {
namespace {

// zlib counts its buffers in 32 bits.
constexpr size_t kLargestPiece = size_t{1} << 30;
// Of the packed file, that are in memory at a time.
constexpr size_t kPackedPiece = size_t{1} << 18;

// Deflate packs at best 258 bytes into two bits; with the bits around them this bounds its ratio
// (zlib's documentation says 1032:1).
constexpr uint64_t kLargestRatio = 1032;

absl::StatusOr<bool> is_gzip(const MappedFile& file) {
  std::array<std::byte, 2> start{};
  if (file.size() < start.size()) return false;
  if (absl::Status status = file.read(0, start); !status.ok()) return status;
  return start[0] == std::byte{0x1f} && start[1] == std::byte{0x8b};
}

}  // namespace

void UnpackedFile::EndInflate::operator()(z_stream* stream) const {
  inflateEnd(stream);
  delete stream;
}

UnpackedFile::UnpackedFile(std::string name, MappedFile file)
    : name_(std::move(name)), file_(std::move(file)) {}

absl::StatusOr<UnpackedFile> UnpackedFile::open(const std::filesystem::path& path) {
  absl::StatusOr<MappedFile> file = MappedFile::open(path);
  if (!file.ok()) return file.status();
  UnpackedFile unpacked(path.string(), *std::move(file));
  const absl::StatusOr<bool> is_packed = is_gzip(unpacked.file_);
  if (!is_packed.ok()) return is_packed.status();
  if (*is_packed) {
    if (absl::Status status = unpacked.start_inflate(); !status.ok()) return status;
  }
  return unpacked;
}

absl::Status UnpackedFile::start_inflate() {
  constexpr int kGzipOnly = 16;  // added to the window size: see inflateInit2 in zlib.h
  auto stream = std::make_unique<z_stream>();
  if (inflateInit2(stream.get(), MAX_WBITS + kGzipOnly) != Z_OK) {
    return absl::ResourceExhaustedError(absl::StrCat("no memory to unpack ", name_));
  }
  inflate_.reset(stream.release());
  return absl::OkStatus();
}

uint64_t UnpackedFile::largest_possible_size() const {
  return inflate_ == nullptr ? file_.size() : file_.size() * kLargestRatio;
}

absl::StatusOr<size_t> UnpackedFile::read(std::span<uint8_t> out) {
  if (inflate_ == nullptr) return read_plain(out);
  return read_gzip(out);
}

absl::StatusOr<size_t> UnpackedFile::read_plain(std::span<uint8_t> out) {
  const size_t count = std::min(out.size(), file_.size() - position_);
  const absl::Status copied = file_.read(position_, std::as_writable_bytes(out.first(count)));
  if (!copied.ok()) return copied;
  position_ += count;
  return count;
}

absl::StatusOr<size_t> UnpackedFile::read_gzip(std::span<uint8_t> out) {
  size_t count = 0;
  while (count < out.size() && !at_end_) {
    const std::span<uint8_t> piece =
        out.subspan(count, std::min(out.size() - count, kLargestPiece));
    if (absl::Status status = inflate_some(piece); !status.ok()) return status;
    count += piece.size() - inflate_->avail_out;
  }
  return count;
}

absl::Status UnpackedFile::inflate_some(std::span<uint8_t> out) {
  if (inflate_->avail_in == 0) {
    piece_.resize(std::min(file_.size() - position_, kPackedPiece));
    if (absl::Status copied = file_.read(position_, piece_); !copied.ok()) return copied;
    position_ += piece_.size();
    inflate_->next_in = reinterpret_cast<Bytef*>(piece_.data());
    inflate_->avail_in = static_cast<uInt>(piece_.size());
  }
  inflate_->next_out = out.data();
  inflate_->avail_out = static_cast<uInt>(out.size());
  switch (::inflate(inflate_.get(), Z_NO_FLUSH)) {
    case Z_OK:
      return absl::OkStatus();
    case Z_STREAM_END:
      return next_member();
    case Z_BUF_ERROR:  // no progress: all input is used up
      return absl::DataLossError(absl::StrCat(name_, ": the gzip data is cut short"));
    case Z_MEM_ERROR:
      return absl::ResourceExhaustedError(absl::StrCat("no memory to unpack ", name_));
    default:
      return absl::DataLossError(
          absl::StrCat(name_, ": the gzip data is damaged (",
                       inflate_->msg != nullptr ? inflate_->msg : "unknown reason", ")"));
  }
}

// A gzip file is one or more members in a row; `pigz` and `bgzip` write several.
absl::Status UnpackedFile::next_member() {
  if (inflate_->avail_in == 0 && position_ == file_.size()) {
    at_end_ = true;
    return absl::OkStatus();
  }
  // Keeps the input; where it is no gzip header, the next inflate() says so.
  inflateReset(inflate_.get());
  return absl::OkStatus();
}

}  // namespace eif
