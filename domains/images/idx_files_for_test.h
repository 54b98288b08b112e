// Tiny data sets on disk, for tests.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>

namespace eif {

// A file of the IDX format: magic number and sizes as big-endian 32-bit numbers, then the content.
inline std::string idx_bytes(std::initializer_list<uint32_t> header, const std::string& content) {
  std::string bytes;
  for (const uint32_t number : header) {
    for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(number >> shift & 0xff);
  }
  return bytes + content;
}

inline std::string idx_image_bytes(uint32_t count, uint32_t height, uint32_t width,
                                   const std::string& pixels) {
  return idx_bytes({0x803, count, height, width}, pixels);
}

inline std::string idx_label_bytes(const std::string& labels) {
  return idx_bytes({0x801, static_cast<uint32_t>(labels.size())}, labels);
}

inline void write_bytes(const std::filesystem::path& path, const std::string& bytes) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << bytes;
}

// Images of one row: the images of both splits are `pixels`, their labels `labels`.
inline void write_dataset(const std::filesystem::path& folder, const std::string& pixels,
                          const std::string& labels) {
  const auto count = static_cast<uint32_t>(labels.size());
  const uint32_t width = static_cast<uint32_t>(pixels.size()) / count;
  for (const std::string split : {"train", "t10k"}) {
    write_bytes(folder / (split + "-images-idx3-ubyte"), idx_image_bytes(count, 1, width, pixels));
    write_bytes(folder / (split + "-labels-idx1-ubyte"), idx_label_bytes(labels));
  }
}

}  // namespace eif
