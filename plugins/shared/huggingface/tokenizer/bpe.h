// Byte-pair encoding: the "model" of a tokenizer.json.
//
// A word starts as its characters. The pair of neighbours whose merge stands first in the list is
// joined, the leftmost of equals first, until no pair of neighbours is in the list:
//
//   merges: "l o", "lo w"        "lower" → l o w e r → lo w e r → low e r
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "plugins/shared/huggingface/tokenizer/json_reader.h"
#include "plugins/shared/huggingface/tokenizer/tokenizer_json.h"

namespace eif::tokenizer {

class Bpe {
 public:
  // `node`: $.model, without its vocabulary and merges, where those are what they should be.
  static Bpe read(const JsonNode& node, TokenizerJson& parts);

  // In O(n log n). Characters without an entry become their bytes' entries ("byte_fallback") or the
  // unknown token; without either they are left out, as the Hugging Face library does.
  std::vector<int32_t> encode(std::string_view word) const;

  std::optional<int32_t> id(std::string_view piece) const;
  const Vocabulary& vocabulary() const { return vocabulary_; }

 private:
  struct Merge {
    uint32_t rank;
    int32_t result;
  };
  // A piece of a word and its neighbours; kNone at either end, and `id` kNone once merged away.
  struct Symbol {
    int32_t id;
    int32_t previous;
    int32_t next;
  };
  struct Candidate {
    uint32_t rank;
    int32_t position;  // of the left symbol
    int32_t result;
    // The order of a heap that has the first merge on top.
    bool operator<(const Candidate& other) const {
      return rank != other.rank ? rank > other.rank : position > other.position;
    }
  };
  static constexpr int32_t kNone = -1;

  void add_merges(const JsonNode& node, const MergeList& merges);
  void read_unknown_token(const JsonNode& node);
  void find_byte_ids();

  std::vector<int32_t> characters(std::string_view word) const;
  bool append_bytes(std::string_view character, std::vector<int32_t>& ids) const;
  std::vector<int32_t> merge(const std::vector<int32_t>& ids) const;
  const Merge* find_merge(int32_t left, int32_t right) const;

  Vocabulary vocabulary_;
  absl::flat_hash_map<std::pair<int32_t, int32_t>, Merge> merges_;
  std::array<int32_t, 256> byte_ids_;  // of "<0x00>" to "<0xFF>"; kNone where there is none
  std::optional<int32_t> unknown_;
  bool fuse_unknown_ = false;
  bool byte_fallback_ = false;
  bool ignore_merges_ = false;  // a word that is in the vocabulary is that entry
};

}  // namespace eif::tokenizer
