#include "suite/engine/token_columns.h"

#include <cstdint>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"

namespace eif {
namespace {

// The same text up to a token, of which nothing else is scored.
TextExample up_to(const TextExample& text, int64_t position) {
  TextExample example = text;
  example.ids.resize(static_cast<size_t>(position) + 1);
  example.first_scored = position;
  return example;
}

}  // namespace

TokenColumns token_columns(const WantedCells& wanted, const EncodedSamples& encoded) {
  TokenColumns result{.wanted = {.trained = wanted.trained}};
  std::vector<std::vector<size_t>> tokens_of(encoded.size());
  for (size_t column = 0; column < encoded.size(); ++column) {
    if (!encoded[column].ok()) continue;
    for (size_t statement = 0; statement < encoded[column]->size(); ++statement) {
      const auto& text = std::get<TextExample>((*encoded[column])[statement]);
      for (int64_t position = text.first_scored; position < std::ssize(text.ids); ++position) {
        tokens_of[column].push_back(result.tokens.size());
        result.tokens.push_back({.column = column,
                                 .statement = statement,
                                 .position = position,
                                 .id = text.ids[static_cast<size_t>(position)]});
        result.encoded.emplace_back(std::vector<Example>{up_to(text, position)});
        result.wanted.evaluated.push_back(
            {absl::StrCat(wanted.evaluated[column].id, ", token ", tokens_of[column].size()), {}});
      }
    }
  }
  for (const CellBlock& block : wanted.blocks) {
    CellBlock& of_tokens = result.wanted.blocks.emplace_back(CellBlock{block.rows, {}});
    for (const size_t column : block.columns) {
      of_tokens.columns.insert(of_tokens.columns.end(), tokens_of[column].begin(),
                               tokens_of[column].end());
    }
  }
  return result;
}

}  // namespace eif
