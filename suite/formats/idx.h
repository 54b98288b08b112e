// IDX files, the format of MNIST and FashionMNIST, as they are or packed by gzip.
//
//   absl::StatusOr<IdxImages> images = read_idx_images("t10k-images-idx3-ubyte.gz");
//   absl::StatusOr<std::vector<uint8_t>> labels = read_idx_labels("t10k-labels-idx1-ubyte.gz");
//
// A file is either exactly what its header says or refused (kInvalidArgument or kDataLoss;
// kNotFound where there is none), and the message says how to get a good one. No file makes the
// reader take more memory than three times what it really holds, and a mebibyte.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <vector>

#include "absl/status/statusor.h"

namespace eif {

struct IdxImages {
  size_t count = 0;
  size_t height = 0;
  size_t width = 0;
  std::vector<uint8_t> pixels;  // (count, height, width) row-major; 0 paper, 255 ink
};

absl::StatusOr<IdxImages> read_idx_images(const std::filesystem::path& path);

// One label per image, each in [0, classes).
absl::StatusOr<std::vector<uint8_t>> read_idx_labels(const std::filesystem::path& path,
                                                     int classes = 10);

}  // namespace eif
