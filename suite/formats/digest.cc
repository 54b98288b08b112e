#include "suite/formats/digest.h"

#include <xxhash.h>

#include <array>
#include <cstdint>
#include <new>

#include "absl/strings/escaping.h"
#include "absl/strings/string_view.h"

namespace eif {

void Digest::FreeState::operator()(XXH3_state_s* state) const { XXH3_freeState(state); }

Digest::Digest() : state_(XXH3_createState()) {
  if (state_ == nullptr) throw std::bad_alloc();
  XXH3_128bits_reset(state_.get());
}

void Digest::add(const void* data, size_t size) { XXH3_128bits_update(state_.get(), data, size); }

void Digest::add(const std::string& text) {
  std::array<uint8_t, 8> length;
  for (size_t i = 0; i < length.size(); ++i) {
    length[i] = static_cast<uint8_t>(uint64_t{text.size()} >> (8 * i));
  }
  add(length.data(), length.size());
  add(text.data(), text.size());
}

std::string Digest::hex() const {
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(state_.get()));
  return absl::BytesToHexString(
      absl::string_view(reinterpret_cast<const char*>(canonical.digest), sizeof(canonical.digest)));
}

}  // namespace eif
