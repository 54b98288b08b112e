// The JSON header of a safetensors file, checked against every rule of the format. For the reader,
// which hands it untrusted text, and the writer, which asks it whether what it made is valid.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "suite/formats/safetensors.h"

namespace eif {

// The format's own limit, in bytes.
inline constexpr uint64_t kLargestSafetensorsHeader = 100'000'000;

struct SafetensorsEntry {
  DType dtype = DType::kF32;
  std::vector<int64_t> shape;
  // Bytes [begin, end) of the tensor data.
  uint64_t begin = 0;
  uint64_t end = 0;
};

struct SafetensorsHeader {
  std::map<std::string, SafetensorsEntry> tensors;
  SafetensorsMetadata metadata;
};

// `data_size`: bytes that follow the header; the tensors cover them without overlap or hole.
absl::StatusOr<SafetensorsHeader> parse_safetensors_header(std::string_view json,
                                                           uint64_t data_size);

}  // namespace eif
