// The "added_tokens" of a tokenizer.json: texts that are one token wherever they stand.
//
//   {"id": 32007, "content": "<|end|>", "rstrip": true, "normalized": false, …}
//
//   "Hello<|end|> you"   // "Hello", token 32007 with the space that follows, "you"
//
// Tokens with "normalized": false are looked for in the text as it is; then the others, in their
// normalized form, in the normalized text between those.
#pragma once

#include <array>
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

  // `pattern`: what the token looks like in the text: 1 to kMaxPatternBytes bytes. False when
  // another token looks the same.
  bool add(const std::string& pattern, const AddedToken& token);

  std::vector<Segment> split(std::string_view text) const;

 private:
  struct Match {
    size_t end;
    const AddedToken* token;
  };
  std::optional<Match> longest_at(std::string_view text, size_t begin) const;

  absl::flat_hash_map<std::string, AddedToken> tokens_;
  std::array<std::vector<size_t>, 256> lengths_;  // by first byte, longest first
};

}  // namespace eif::tokenizer
