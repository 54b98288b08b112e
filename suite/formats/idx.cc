#include "suite/formats/idx.h"

#include <algorithm>
#include <array>
#include <span>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "suite/formats/unpacked_file.h"

namespace eif {
namespace {

// The two kinds of IDX file that are read here. The magic number is 00 00, the type of a value (08:
// one byte, unsigned) and the number of dimensions.
struct Kind {
  const char* content;
  uint32_t magic;
  size_t dimensions;
};
constexpr Kind kImages = {"images", 0x00000803, 3};
constexpr Kind kLabels = {"labels", 0x00000801, 1};

// Generous for every published data set of this format (the largest holds 814,255 images of 28 x
// 28, 638 MB), and far below what would harm a machine.
constexpr uint64_t kLargestContent = uint64_t{2} << 30;

// Little enough to be had for nothing.
constexpr uint64_t kSmallestRoom = uint64_t{1} << 20;

class IdxReader {
 public:
  static absl::StatusOr<IdxReader> open(const std::filesystem::path& path) {
    absl::StatusOr<UnpackedFile> file = UnpackedFile::open(path);
    if (!file.ok()) return with_next_step(file.status());
    return IdxReader(path.string(), *std::move(file));
  }

  // The sizes that the header announces, each at least 1.
  absl::StatusOr<std::vector<uint64_t>> read_header(const Kind& kind) {
    std::array<uint8_t, 16> bytes;
    const size_t size = 4 + 4 * kind.dimensions;
    absl::StatusOr<size_t> count = file_.read({bytes.data(), size});
    if (!count.ok()) return with_next_step(count.status());
    if (*count < size) {
      return refuse(absl::StrCat("holds ", *count, " bytes; an IDX file of ", kind.content,
                                 " begins with a header of ", size));
    }
    const uint32_t magic = big_endian(&bytes[0]);
    if (magic != kind.magic) return refuse_magic(magic, kind);
    std::vector<uint64_t> sizes;
    for (size_t i = 0; i < kind.dimensions; ++i) sizes.push_back(big_endian(&bytes[4 + 4 * i]));
    return sizes;
  }

  // What follows the header: as many bytes as the sizes say, and nothing more.
  absl::StatusOr<std::vector<uint8_t>> read_content(const std::vector<uint64_t>& sizes) {
    absl::StatusOr<uint64_t> size = content_size(sizes);
    if (!size.ok()) return size.status();
    absl::StatusOr<std::vector<uint8_t>> content = read_at_most(*size);
    if (!content.ok()) return content;
    if (content->size() < *size) {
      return refuse(absl::StrCat("holds ", content->size(),
                                 " bytes after its header, which announces ",
                                 absl::StrJoin(sizes, " x "), " = ", *size));
    }
    uint8_t surplus;
    const absl::StatusOr<size_t> count = file_.read({&surplus, 1});
    if (!count.ok()) return with_next_step(count.status());
    if (*count != 0) {
      return refuse(absl::StrCat("goes on after the ", absl::StrJoin(sizes, " x "), " = ", *size,
                                 " bytes that its header announces"));
    }
    return content;
  }

  absl::Status refuse(const std::string& reason) const {
    return with_next_step(absl::InvalidArgumentError(absl::StrCat(name_, ": ", reason)));
  }

 private:
  IdxReader(std::string name, UnpackedFile file) : name_(std::move(name)), file_(std::move(file)) {}

  static absl::Status with_next_step(const absl::Status& status) {
    return absl::Status(status.code(),
                        absl::StrCat(status.message(),
                                     "; fetch the data again with tools/setup.sh, or name a folder "
                                     "that has it with --data DIR"));
  }

  // The next `size` bytes, or what there is of them. A gzip file may announce a thousand times what
  // it holds: room is made for as much as the file takes on the disk, and then for twice what has
  // been found so far.
  absl::StatusOr<std::vector<uint8_t>> read_at_most(uint64_t size) {
    std::vector<uint8_t> content;
    uint64_t room = std::min(size, std::max(file_.packed_size(), kSmallestRoom));
    for (size_t found = 0;;) {
      content.resize(room);
      const absl::StatusOr<size_t> count = file_.read(std::span(content).subspan(found));
      if (!count.ok()) return with_next_step(count.status());
      found += *count;
      if (found < room || room == size) {
        content.resize(found);
        return content;
      }
      room = std::min(size, 2 * room);
    }
  }

  static uint32_t big_endian(const uint8_t* bytes) {
    return uint32_t{bytes[0]} << 24 | uint32_t{bytes[1]} << 16 | uint32_t{bytes[2]} << 8 |
           uint32_t{bytes[3]};
  }

  absl::Status refuse_magic(uint32_t magic, const Kind& kind) const {
    const char* found = magic == kImages.magic   ? " (images)"
                        : magic == kLabels.magic ? " (labels)"
                                                 : "";
    return refuse(absl::StrCat("begins with 0x", absl::Hex(magic, absl::kZeroPad8), found,
                               "; expected 0x", absl::Hex(kind.magic, absl::kZeroPad8), " (",
                               kind.content, ")"));
  }

  // The product of the sizes, once it is known that the file can hold as much.
  absl::StatusOr<uint64_t> content_size(const std::vector<uint64_t>& sizes) const {
    uint64_t product = 1;
    for (const uint64_t size : sizes) {
      // Below 2^32 times at most 2^31: no overflow.
      product *= size;
      if (product == 0) return refuse("its header announces a size of 0");
      if (product > kLargestContent) {
        return refuse(absl::StrCat("its header announces ", absl::StrJoin(sizes, " x "),
                                   " bytes; at most ", kLargestContent, " are read"));
      }
    }
    if (product > file_.largest_possible_size()) {
      return refuse(absl::StrCat("its header announces ", absl::StrJoin(sizes, " x "), " = ",
                                 product, " bytes, more than a file of its size can hold"));
    }
    return product;
  }

  std::string name_;
  UnpackedFile file_;
};

}  // namespace

absl::StatusOr<IdxImages> read_idx_images(const std::filesystem::path& path) {
  absl::StatusOr<IdxReader> reader = IdxReader::open(path);
  if (!reader.ok()) return reader.status();
  absl::StatusOr<std::vector<uint64_t>> sizes = reader->read_header(kImages);
  if (!sizes.ok()) return sizes.status();
  absl::StatusOr<std::vector<uint8_t>> pixels = reader->read_content(*sizes);
  if (!pixels.ok()) return pixels.status();
  return IdxImages{(*sizes)[0], (*sizes)[1], (*sizes)[2], *std::move(pixels)};
}

absl::StatusOr<std::vector<uint8_t>> read_idx_labels(const std::filesystem::path& path,
                                                     int classes) {
  absl::StatusOr<IdxReader> reader = IdxReader::open(path);
  if (!reader.ok()) return reader.status();
  absl::StatusOr<std::vector<uint64_t>> sizes = reader->read_header(kLabels);
  if (!sizes.ok()) return sizes.status();
  absl::StatusOr<std::vector<uint8_t>> labels = reader->read_content(*sizes);
  if (!labels.ok()) return labels.status();
  const auto wrong = std::find_if(labels->begin(), labels->end(),
                                  [classes](uint8_t label) { return label >= classes; });
  if (wrong != labels->end()) {
    return reader->refuse(absl::StrCat("label ", wrong - labels->begin(), " is ", int{*wrong},
                                       "; expected 0 to ", classes - 1));
  }
  return *std::move(labels);
}

}  // namespace eif
