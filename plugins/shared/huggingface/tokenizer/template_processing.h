// The "post_processor" of a tokenizer.json: the special tokens around an encoded text.
//
//   {"type": "TemplateProcessing",
//    "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", …}}],
//    "special_tokens": {"<s>": {"id": "<s>", "ids": [1], "tokens": ["<s>"]}}, …}
//
//   prefix {1}, suffix {}
#pragma once

#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "plugins/shared/huggingface/tokenizer/json_reader.h"

namespace eif::tokenizer {

using PieceById = absl::flat_hash_map<int32_t, std::string>;

struct TemplateProcessing {
  std::vector<int32_t> prefix;
  std::vector<int32_t> suffix;
};

// Only templates for a single text are read. Ids must be in `pieces`.
TemplateProcessing read_post_processor(const JsonNode& node, const PieceById& pieces);

}  // namespace eif::tokenizer
