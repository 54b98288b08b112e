#include "plugins/shared/huggingface/tokenizer/bpe.h"

#include <queue>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "plugins/shared/huggingface/tokenizer/unicode.h"

namespace eif::tokenizer {

// ---- Reading -----------------------------------------------------------------------------------

Bpe Bpe::read(const JsonNode& node, TokenizerJson& parts) {
  node.only_fields({"type", "dropout", "unk_token", "continuing_subword_prefix",
                    "end_of_word_suffix", "fuse_unk", "byte_fallback", "ignore_merges", "vocab",
                    "merges"});
  const JsonNode type = node["type"];
  if (!type.is_null() && type.string() != "BPE") type.unsupported("BPE");
  if (const JsonNode dropout = node["dropout"]; !dropout.is_null() && dropout.value() != 0) {
    dropout.unsupported("null: dropout makes ids random. Write null there to encode without it");
  }
  for (const char* affix : {"continuing_subword_prefix", "end_of_word_suffix"}) {
    const JsonNode text = node[affix];
    if (!text.is_null() && !text.string().empty()) text.unsupported("null or \"\"");
  }
  Bpe bpe;
  bpe.fuse_unknown_ = node["fuse_unk"].boolean_or(false);
  bpe.byte_fallback_ = node["byte_fallback"].boolean_or(false);
  bpe.ignore_merges_ = node["ignore_merges"].boolean_or(false);
  if (!parts.vocabulary) {
    node["vocab"].reject("an object of pieces and their ids");
    return bpe;
  }
  if (parts.vocabulary->empty()) node["vocab"].reject("at least one piece");
  bpe.vocabulary_ = *std::move(parts.vocabulary);
  if (parts.merges) {
    bpe.add_merges(node["merges"], *parts.merges);
  } else {
    node["merges"].reject("an array of merges");
  }
  bpe.read_unknown_token(node["unk_token"]);
  bpe.find_byte_ids();
  return bpe;
}

void Bpe::add_merges(const JsonNode& node, const MergeList& merges) {
  merges_.reserve(merges.size());
  std::string joined;
  for (size_t i = 0; i < merges.size(); ++i) {
    const MergeList::Merge merge = merges[i];
    joined.assign(merge.left).append(merge.right);
    const std::optional<int32_t> left = id(merge.left);
    const std::optional<int32_t> right = id(merge.right);
    const std::optional<int32_t> result = id(joined);
    if (!left || !right || !result) {
      return node[merge.index].reject_found(
          nlohmann::json(std::string(merge.left).append(" ").append(merge.right)),
          "pieces of the vocabulary that join to a piece of the vocabulary");
    }
    // Of a merge that is listed twice the last place counts, as in the Hugging Face library.
    merges_.insert_or_assign(std::pair(*left, *right),
                             Merge{static_cast<uint32_t>(merge.index), *result});
  }
}

void Bpe::read_unknown_token(const JsonNode& node) {
  if (node.is_null()) return;
  unknown_ = id(node.string());
  if (!unknown_) node.reject("a piece of the vocabulary, or null");
}

void Bpe::find_byte_ids() {
  for (size_t byte = 0; byte < byte_ids_.size(); ++byte) {
    byte_ids_[byte] = id(absl::StrFormat("<0x%02X>", byte)).value_or(kNone);
  }
}

std::optional<int32_t> Bpe::id(std::string_view piece) const {
  const auto entry = vocabulary_.find(absl::string_view(piece.data(), piece.size()));
  if (entry == vocabulary_.end()) return std::nullopt;
  return entry->second;
}

// ---- Encoding ----------------------------------------------------------------------------------

std::vector<int32_t> Bpe::encode(std::string_view word) const {
  if (ignore_merges_) {
    if (const std::optional<int32_t> whole = id(word)) return {*whole};
  }
  return merge(characters(word));
}

std::vector<int32_t> Bpe::characters(std::string_view word) const {
  std::vector<int32_t> ids;
  bool unknown_is_due = false;  // put off, because the next unknown character may join it
  for (size_t position = 0; position < word.size();) {
    const std::string_view character = word.substr(position, character_at(word, position).bytes);
    position += character.size();
    if (const std::optional<int32_t> known = id(character)) {
      if (unknown_is_due) ids.push_back(*unknown_);
      unknown_is_due = false;
      ids.push_back(*known);
    } else if (byte_fallback_ && append_bytes(character, ids)) {
      // An unknown token that is due comes after these bytes: an oddity of the Hugging Face library
      // that only vocabularies with some of the 256 bytes can show.
    } else if (unknown_) {
      if (unknown_is_due && !fuse_unknown_) ids.push_back(*unknown_);
      unknown_is_due = true;
    }
  }
  if (unknown_is_due) ids.push_back(*unknown_);
  return ids;
}

bool Bpe::append_bytes(std::string_view character, std::vector<int32_t>& ids) const {
  for (const char byte : character) {
    if (byte_ids_[static_cast<unsigned char>(byte)] == kNone) return false;
  }
  for (const char byte : character) ids.push_back(byte_ids_[static_cast<unsigned char>(byte)]);
  return true;
}

const Bpe::Merge* Bpe::find_merge(int32_t left, int32_t right) const {
  const auto merge = merges_.find(std::pair(left, right));
  return merge == merges_.end() ? nullptr : &merge->second;
}

std::vector<int32_t> Bpe::merge(const std::vector<int32_t>& ids) const {
  std::vector<Symbol> symbols;
  const auto count = static_cast<int32_t>(ids.size());
  for (int32_t i = 0; i < count; ++i) {
    symbols.push_back({ids[i], i - 1, i + 1 < count ? i + 1 : kNone});
  }
  std::priority_queue<Candidate> queue;
  const auto consider = [&](int32_t left) {
    if (left == kNone || symbols[left].next == kNone) return;
    const Merge* merge = find_merge(symbols[left].id, symbols[symbols[left].next].id);
    if (merge != nullptr) queue.push({merge->rank, left, merge->result});
  };
  for (int32_t i = 0; i < count; ++i) consider(i);

  while (!queue.empty()) {
    const Candidate candidate = queue.top();
    queue.pop();
    Symbol& left = symbols[candidate.position];
    if (left.id == kNone || left.next == kNone) continue;
    Symbol& right = symbols[left.next];
    // Its symbols may have been merged with others since. A pair that gives the same piece in
    // another way is taken in its stead, as in the Hugging Face library.
    const Merge* merge = find_merge(left.id, right.id);
    if (merge == nullptr || merge->result != candidate.result) continue;

    left.id = candidate.result;
    left.next = right.next;
    right.id = kNone;
    if (left.next != kNone) symbols[left.next].previous = candidate.position;
    consider(left.previous);
    consider(candidate.position);
  }

  std::vector<int32_t> merged;
  for (int32_t i = count > 0 ? 0 : kNone; i != kNone; i = symbols[i].next) {
    merged.push_back(symbols[i].id);
  }
  return merged;
}

}  // namespace eif::tokenizer
