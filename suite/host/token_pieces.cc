#include "suite/host/token_pieces.h"

#include <cstddef>
#include <map>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"

namespace eif {

absl::Status spell_tokens(const TextTokenizer& tokenizer, const std::vector<Sample>& evaluated,
                          Explanation& explanation) {
  std::map<std::pair<size_t, size_t>, std::vector<Token>> read;  // by column and statement
  for (ScoredToken& token : explanation.tokens) {
    const Sample& sample = evaluated[token.column];
    const auto [entry, is_new] = read.try_emplace({token.column, token.statement});
    if (is_new) {
      absl::StatusOr<std::vector<Token>> tokens =
          tokenizer.tokens(sample.statements[token.statement]);
      if (!tokens.ok()) return tokens.status();
      entry->second = *std::move(tokens);
    }
    const std::vector<Token>& tokens = entry->second;
    const auto position = static_cast<size_t>(token.position);
    if (position >= tokens.size() || tokens[position].id != token.id) {
      return absl::InternalError(absl::StrCat("the tokenizer reads sample ", sample.id,
                                              " otherwise than the model: token ", position,
                                              " should be ", token.id));
    }
    token.piece = tokens[position].piece;
  }
  return absl::OkStatus();
}

}  // namespace eif
