// The "added_tokens" of a tokenizer.json: texts that are one token wherever they stand.
//
//   {"id": 32007, "content": "<|end|>", "rstrip": true, "normalized": false, …}
//
//   "Hello<|end|> you"   // "Hello", token 32007 with the space that follows, "you"
//
// Tokens with "normalized": false are looked for in the text as it is; then the others, in their
// normalized form, in the normalized text between those.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "plugins/shared/huggingface/tokenizer/json_reader.h"

namespace eif::tokenizer {

// "special" says what decoding leaves out, and does not change how text is encoded.
struct AddedToken {
  int32_t id = 0;
  std::string content;
  bool single_word = false;  // not where a word goes on before or after it
  bool lstrip = false;       // swallows the white space before it
  bool rstrip = false;       // … and after it
  bool normalized = false;
};
std::vector<AddedToken> read_added_tokens(const JsonNode& node);

// A stretch of text, in bytes. Those of tokens that strip may overlap.
struct Segment {
  size_t begin = 0;
  size_t end = 0;                // not included
  std::optional<int32_t> token;  // unset: text between tokens
};

// Finds added tokens from left to right: at the leftmost place, the longest.
class AddedTokenMatcher {
 public:
  static constexpr size_t kMaxPatternBytes = 4096;
  // Of all patterns: Gemma 3's 6,415 tokens have 60 KB.
  static constexpr size_t kMaxBytes = size_t{1} << 20;

  // `pattern`: what the token looks like in the text: 1 to kMaxPatternBytes bytes. False when
  // another token looks the same.
  bool add(std::string_view pattern, const AddedToken& token);
  size_t bytes() const { return edges_.size(); }

  std::vector<Segment> split(std::string_view text) const;

 private:
  struct Match {
    size_t end;
    const AddedToken* token;
  };
  std::optional<Match> longest_at(std::string_view text, size_t begin) const;
  static uint64_t edge(uint32_t node, char byte) {
    return uint64_t{node} << 8 | static_cast<unsigned char>(byte);
  }

  // A tree of bytes: a search takes as many steps as the longest pattern, however many there are.
  absl::flat_hash_map<uint64_t, uint32_t> edges_;
  absl::flat_hash_map<uint32_t, AddedToken> tokens_;  // by the node where their pattern ends
};

}  // namespace eif::tokenizer
