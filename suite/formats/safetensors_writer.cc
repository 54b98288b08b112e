#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "suite/formats/atomic_file.h"
#include "suite/formats/safetensors.h"
#include "suite/formats/safetensors_header.h"

namespace eif {
namespace {

using Item = TensorViews::value_type;

std::vector<const Item*> in_file_order(const TensorViews& tensors) {
  std::vector<const Item*> items;
  for (const Item& item : tensors) items.push_back(&item);
  // Stable: the map has them by name already.
  std::stable_sort(items.begin(), items.end(), [](const Item* a, const Item* b) {
    return dtype_size(a->second.dtype) > dtype_size(b->second.dtype);
  });
  return items;
}

// A text as JSON. Throws where it is not UTF-8.
std::string json_text(const std::string& text) { return nlohmann::json(text).dump(); }

// The header of `items`, padded so that the data behind it are aligned. Throws as json_text().
std::string header_text(const std::vector<const Item*>& items,
                        const SafetensorsMetadata& metadata) {
  std::vector<std::string> entries;
  if (!metadata.empty()) {
    entries.push_back(absl::StrCat("\"__metadata__\":", nlohmann::json(metadata).dump()));
  }
  uint64_t begin = 0;
  for (const Item* item : items) {
    const TensorView& tensor = item->second;
    const uint64_t end = begin + tensor.bytes.size();
    entries.push_back(absl::StrCat(
        json_text(item->first), ":{\"dtype\":\"", dtype_name(tensor.dtype), "\",\"shape\":[",
        absl::StrJoin(tensor.shape, ","), "],\"data_offsets\":[", begin, ",", end, "]}"));
    begin = end;
  }
  std::string header = absl::StrCat("{", absl::StrJoin(entries, ","), "}");
  constexpr size_t kAlignment = 8;
  header.append((kAlignment - header.size() % kAlignment) % kAlignment, ' ');
  return header;
}

// The length and the header, once the reader would accept them.
absl::StatusOr<std::string> file_start(const std::vector<const Item*>& items,
                                       const SafetensorsMetadata& metadata) {
  std::string header;
  try {
    header = header_text(items, metadata);
  } catch (const nlohmann::json::exception&) {
    return absl::InvalidArgumentError("a tensor name or metadata text is not UTF-8");
  }
  if (header.size() > kLargestSafetensorsHeader) {
    return absl::InvalidArgumentError(absl::StrCat("its header would have ", header.size(),
                                                   " bytes; the format allows ",
                                                   kLargestSafetensorsHeader));
  }
  uint64_t data_size = 0;
  for (const Item* item : items) data_size += item->second.bytes.size();
  absl::StatusOr<SafetensorsHeader> checked = parse_safetensors_header(header, data_size);
  if (!checked.ok()) return checked.status();
  std::string start;
  for (int shift = 0; shift < 64; shift += 8) {
    start += static_cast<char>(uint64_t{header.size()} >> shift & 0xff);
  }
  return start + header;
}

}  // namespace

absl::Status write_safetensors(const std::filesystem::path& path, const TensorViews& tensors,
                               const SafetensorsMetadata& metadata) {
  const std::vector<const Item*> items = in_file_order(tensors);
  absl::StatusOr<std::string> start = file_start(items, metadata);
  if (!start.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat("cannot write ", path.string(), ": ", start.status().message()));
  }
  absl::StatusOr<AtomicFile> file = AtomicFile::open(path);
  if (!file.ok()) return file.status();
  if (absl::Status status = file->write(*start); !status.ok()) return status;
  for (const Item* item : items) {
    const std::span<const std::byte> bytes = item->second.bytes;
    const std::string_view content(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    if (absl::Status status = file->write(content); !status.ok()) return status;
  }
  return file->commit();
}

}  // namespace eif
