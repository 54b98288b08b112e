#include "suite/host/token_pieces.h"

#include <gtest/gtest.h>

#include <string>

namespace eif {
namespace {

// Each character is a token.
class Characters final : public TextTokenizer {
 public:
  absl::StatusOr<std::vector<Token>> tokens(const Statement& statement) const override {
    const std::string text = text_of(statement).value();
    if (text == "unreadable") return absl::InvalidArgumentError("unreadable");
    std::vector<Token> tokens;
    for (const char character : text) tokens.push_back({character, std::string(1, character)});
    return tokens;
  }
};

Explanation of_tokens(std::vector<ScoredToken> tokens) {
  Explanation explanation;
  explanation.tokens = std::move(tokens);
  return explanation;
}

const std::vector<Sample> kSamples = {{"a", {"xyz"}}, {"b", {"unreadable", "pq"}}};

TEST(SpellTokens, ByColumnStatementAndPosition) {
  Explanation explanation = of_tokens({{.column = 0, .statement = 0, .position = 2, .id = 'z'},
                                       {.column = 1, .statement = 1, .position = 1, .id = 'q'}});
  EXPECT_EQ(spell_tokens(Characters(), kSamples, explanation), absl::OkStatus());
  EXPECT_EQ(explanation.tokens[0].piece, "z");
  EXPECT_EQ(explanation.tokens[1].piece, "q");
}

TEST(SpellTokens, OfATokenizerThatReadsOtherwiseAreRefused) {
  Explanation other = of_tokens({{.column = 0, .position = 2, .id = 'y'}});
  EXPECT_EQ(spell_tokens(Characters(), kSamples, other),
            absl::InternalError("the tokenizer reads sample a otherwise than the model: token 2 "
                                "should be 121"));
  Explanation behind = of_tokens({{.column = 0, .position = 3, .id = 'z'}});
  EXPECT_EQ(spell_tokens(Characters(), kSamples, behind).code(), absl::StatusCode::kInternal);
}

TEST(SpellTokens, ErrorsAreTheTokenizers) {
  Explanation explanation = of_tokens({{.column = 1, .statement = 0, .position = 1, .id = 'n'}});
  EXPECT_EQ(spell_tokens(Characters(), kSamples, explanation),
            absl::InvalidArgumentError("unreadable"));
}

}  // namespace
}  // namespace eif
