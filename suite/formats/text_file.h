// A text file as a whole, for files that are small: config.json, samples, claims.
//
//   absl::StatusOr<std::string> text = read_text_file("smollm2/config.json");
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

#include "absl/status/statusor.h"

namespace eif {

// Above the largest tokenizer.json there is (Gemma's, 33 MB).
inline constexpr size_t kLargestTextFile = size_t{64} << 20;

// Without the byte order mark that editors on Windows put in front of UTF-8: it is no character of
// the first line. kInvalidArgument where the file is larger than `largest` bytes, UTF-16 or no
// regular file, kNotFound where there is none.
absl::StatusOr<std::string> read_text_file(const std::filesystem::path& path,
                                           size_t largest = kLargestTextFile);

}  // namespace eif
