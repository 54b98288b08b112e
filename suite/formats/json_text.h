// Untrusted JSON as a tree that code may walk by recursion.
//
//   absl::StatusOr<nlohmann::json> config = parse_json(text, "smollm2/config.json");
//   if (!config.ok()) return config.status();
//   // "smollm2/config.json: is nested deeper than 32 levels; no file of this kind is"
//
// The JSON library itself has no limit of depth and keeps the last of two equal keys without a
// word. A tree takes up to forty times the bytes of its text: bound the text first.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace eif {

// Brackets within brackets. Models' files have 8 at most.
inline constexpr int kDeepestJson = 32;

// `subject` names the text in messages. kInvalidArgument where it is not one JSON value in UTF-8,
// is nested deeper than that, or has an object with a key twice.
absl::StatusOr<nlohmann::json> parse_json(std::string_view text, const std::string& subject);

}  // namespace eif
