// How long a text may become on its way to tokens. One step that doubles it is ordinary; a few
// dozen of them, which a small tokenizer.json may ask for, would fill any memory.
//
//   const size_t most_bytes = most_bytes_of(text.size());
//   if (absl::Status status = check_growth(replaced_bytes, most_bytes); !status.ok()) return
//   status;
#pragma once

#include <cstddef>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace eif::tokenizer {

// Real files make text three times as long at most, and put a few bytes in front.
inline constexpr size_t kMostGrowth = 16;
inline constexpr size_t kMostAddedBytes = 1024;

constexpr size_t most_bytes_of(size_t text_bytes) {
  return kMostGrowth * text_bytes + kMostAddedBytes;
}

// kResourceExhausted where `bytes` are more than `most_bytes`.
inline absl::Status check_growth(size_t bytes, size_t most_bytes) {
  if (bytes <= most_bytes) return absl::OkStatus();
  return absl::ResourceExhaustedError(
      absl::StrCat("the normalizer or pre_tokenizer of the tokenizer makes ", bytes,
                   " bytes of a text of ", (most_bytes - kMostAddedBytes) / kMostGrowth,
                   ", expected at most ", most_bytes, " (", kMostGrowth, " times the text and ",
                   kMostAddedBytes, "). No real tokenizer.json does that."));
}

}  // namespace eif::tokenizer
