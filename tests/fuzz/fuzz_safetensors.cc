// Safetensors files, as they are and with the length of the header put right: most changes to a
// header move its end, and would otherwise be refused before it is read.
#include <cstring>
#include <span>
#include <string>

#include "suite/formats/safetensors.h"
#include "tests/fuzz/fuzz_target.h"

namespace {

constexpr size_t kLengthBytes = 8;

void parse(std::string_view file) {
  const std::span<const std::byte> bytes(reinterpret_cast<const std::byte*>(file.data()),
                                         file.size());
  const auto content = eif::parse_safetensors(bytes, "model.safetensors");
  if (!content.ok()) {
    eif::fuzz::refuse(content.status(), {absl::StatusCode::kInvalidArgument});
    return;
  }
  eif::fuzz::accept();
  size_t tensor_bytes = 0;
  for (const auto& [name, tensor] : content->tensors) {
    tensor_bytes += tensor.bytes.size();
    if (tensor.bytes.empty()) continue;
    eif::fuzz::require(tensor.bytes.data() >= bytes.data() &&
                           tensor.bytes.data() + tensor.bytes.size() <= bytes.data() + bytes.size(),
                       "a tensor lies within its file");
  }
  eif::fuzz::require(tensor_bytes < bytes.size(), "tensors do not overlap");
}

// The header ends with the last '}' before the tensors, which the seeds fill with other bytes.
std::string with_true_length(std::string_view file) {
  std::string repaired(file);
  const size_t last_brace = file.rfind('}');
  if (last_brace == std::string_view::npos || last_brace < kLengthBytes) return repaired;
  const uint64_t length = last_brace + 1 - kLengthBytes;
  for (size_t i = 0; i < kLengthBytes; ++i) repaired[i] = static_cast<char>(length >> 8 * i);
  return repaired;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view file(reinterpret_cast<const char*>(data), size);
  parse(file);
  parse(with_true_length(file));
  return 0;
}
