#include "plugins/shared/huggingface/tokenizer/added_tokens.h"

#include <algorithm>

#include "plugins/shared/huggingface/tokenizer/unicode.h"

namespace eif::tokenizer {
namespace {

bool stands_alone(std::string_view text, size_t begin, size_t end) {
  const bool word_before = begin > 0 && is_word(character_before(text, begin).code_point);
  const bool word_after = end < text.size() && is_word(character_at(text, end).code_point);
  return !word_before && !word_after;
}

size_t skip_space_before(std::string_view text, size_t end) {
  while (end > 0) {
    const Character character = character_before(text, end);
    if (!is_white_space(character.code_point)) break;
    end -= character.bytes;
  }
  return end;
}

size_t skip_space_after(std::string_view text, size_t begin) {
  while (begin < text.size()) {
    const Character character = character_at(text, begin);
    if (!is_white_space(character.code_point)) break;
    begin += character.bytes;
  }
  return begin;
}

AddedToken read_added_token(const JsonNode& node) {
  node.only_fields({"id", "content", "single_word", "lstrip", "rstrip", "normalized", "special"});
  node["special"].boolean();
  return {.id = node["id"].token_id(),
          .content = node["content"].string(),
          .single_word = node["single_word"].boolean(),
          .lstrip = node["lstrip"].boolean(),
          .rstrip = node["rstrip"].boolean(),
          .normalized = node["normalized"].boolean()};
}

}  // namespace

std::vector<AddedToken> read_added_tokens(const JsonNode& node) {
  std::vector<AddedToken> tokens;
  if (node.is_null()) return tokens;
  for (const JsonNode& element : node.elements()) tokens.push_back(read_added_token(element));
  return tokens;
}

bool AddedTokenMatcher::add(std::string_view pattern, const AddedToken& token) {
  uint32_t node = 0;
  for (const char byte : pattern) {
    node = edges_.emplace(edge(node, byte), static_cast<uint32_t>(edges_.size()) + 1).first->second;
  }
  return tokens_.emplace(node, token).second;
}

std::optional<AddedTokenMatcher::Match> AddedTokenMatcher::longest_at(std::string_view text,
                                                                      size_t begin) const {
  std::optional<Match> longest;
  uint32_t node = 0;
  for (size_t position = begin; position < text.size(); ++position) {
    const auto next = edges_.find(edge(node, text[position]));
    if (next == edges_.end()) break;
    node = next->second;
    const auto token = tokens_.find(node);
    if (token != tokens_.end()) longest = Match{position + 1, &token->second};
  }
  return longest;
}

std::vector<Segment> AddedTokenMatcher::split(std::string_view text) const {
  std::vector<Segment> segments;
  size_t covered = 0;
  for (size_t position = 0; position < text.size();) {
    const std::optional<Match> match = longest_at(text, position);
    if (!match) {
      ++position;
      continue;
    }
    const AddedToken& token = *match->token;
    size_t begin = position;
    size_t end = match->end;
    // The search goes on after the token itself: what it strips, or what it would have been had it
    // stood alone, may hold others. So does the Hugging Face library.
    position = match->end;
    if (token.single_word && !stands_alone(text, begin, end)) continue;
    if (token.lstrip) begin = std::max(skip_space_before(text, begin), covered);
    if (token.rstrip) end = skip_space_after(text, end);
    if (begin >= end) continue;  // white space that the token before has swallowed already
    if (covered < begin) segments.push_back({covered, begin, std::nullopt});
    segments.push_back({begin, end, token.id});
    covered = end;
  }
  if (covered < text.size()) segments.push_back({covered, text.size(), std::nullopt});
  return segments;
}

}  // namespace eif::tokenizer
