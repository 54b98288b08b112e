// Reads a tokenizer.json as a stream: its vocabulary and merges, nearly all of it, go into their
// final form piece by piece. As a tree they would take twenty times the bytes of the file.
//
//   absl::StatusOr<TokenizerJson> parts = read_tokenizer_json(text, "tokenizer.json");
//   parts->vocabulary->at("Ġthe");      // 262
//   parts->rest["model"]["type"];       // "BPE"; no "vocab" and no "merges" beside it
#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/node_hash_map.h"
#include "absl/status/statusor.h"

namespace eif::tokenizer {

// Ids index the rows of an embedding; no vocabulary is near this.
inline constexpr int32_t kLargestId = (1 << 24) - 1;
// The largest vocabularies have a million pieces (XLM-V) or 262,144 (Gemma), and twice as many
// merges.
inline constexpr size_t kMostPieces = size_t{1} << 21;
inline constexpr size_t kMostMerges = size_t{1} << 22;
// Of everything else: Gemma 3 has 51,000 in 6,415 added tokens.
inline constexpr size_t kMostOtherValues = 500'000;

// Its keys stay where they are while it lives, also when it is moved.
using Vocabulary = absl::node_hash_map<std::string, int32_t>;

// Pairs of pieces in one text, because they may stand before the vocabulary that names them.
class MergeList {
 public:
  struct Merge {
    std::string_view left;
    std::string_view right;
    size_t index;  // in the file, where headings are counted, too
  };

  size_t size() const { return entries_.size(); }
  Merge operator[](size_t i) const;
  void add(std::string_view left, std::string_view right, size_t index);

 private:
  struct Entry {
    size_t begin;
    uint32_t left_bytes;
    uint32_t right_bytes;
    uint32_t index;
  };
  std::string text_;
  std::vector<Entry> entries_;
};

struct TokenizerJson {
  nlohmann::json rest;
  std::optional<Vocabulary> vocabulary;  // unset where $.model.vocab is no object,
  std::optional<MergeList> merges;       // and where $.model.merges is no array
};

// kInvalidArgument: it is no JSON, or a piece or a merge is not what it should be. `name` stands for
// the file in messages.
absl::StatusOr<TokenizerJson> read_tokenizer_json(std::string_view text, const std::string& name);

}  // namespace eif::tokenizer
